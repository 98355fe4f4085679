# `cmake --install`: the library, its headers and what find_package and pkg-config read.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pgjinja)

# AsyncClient's targets are a file of their own, which is read only where Boost is found: a program that
# does not use it needs no Boost.
if(TARGET pgjinja_async_library)
  set(not_installed)
  install(TARGETS pgjinja_async_library EXPORT pgjinja_async
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT pgjinja_async NAMESPACE pgjinja:: FILE pgjinjaAsyncTargets.cmake
    DESTINATION ${package_dir})
else()
  set(not_installed PATTERN async EXCLUDE)
endif()
install(TARGETS pgjinja EXPORT pgjinja
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/pgjinja DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN *.hpp ${not_installed})
install(EXPORT pgjinja NAMESPACE pgjinja:: FILE pgjinjaTargets.cmake DESTINATION ${package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/pgjinjaConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/pgjinjaConfig.cmake INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break what the one before promised.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/pgjinjaConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/pgjinjaConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/pgjinjaConfigVersion.cmake DESTINATION ${package_dir})

# A distribution may give absolute directories; those are kept as they are.
set(pc_libdir "\${prefix}")
cmake_path(APPEND pc_libdir "${CMAKE_INSTALL_LIBDIR}")
set(pc_includedir "\${prefix}")
cmake_path(APPEND pc_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
configure_file(${PROJECT_SOURCE_DIR}/cmake/pgjinja.pc.in ${CMAKE_CURRENT_BINARY_DIR}/pgjinja.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/pgjinja.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
