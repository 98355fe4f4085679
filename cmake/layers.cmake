# A layer is a folder below src/ and an OBJECT library that sees only the layers below it.
# Its tests link just these objects, so that an upward call does not even link.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET default)

add_library(pgjinja_options INTERFACE)
target_compile_options(pgjinja_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wimplicit-fallthrough
  # Nobody replaces one of our functions at load time, so the compiler may inline them.
  -fno-semantic-interposition)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # Wrong about std::string's operator+ when it optimises (GCC bug 105651).
  target_compile_options(pgjinja_options INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # libstdc++ 12's own std::stable_sort uses what it marks as deprecated.
  target_compile_options(pgjinja_options INTERFACE -Wno-deprecated-declarations)
endif()
if(PGJINJA_WERROR)
  target_compile_options(pgjinja_options INTERFACE -Werror)
endif()
if(PGJINJA_SANITIZE)
  target_compile_options(pgjinja_options INTERFACE
    -fsanitize=${PGJINJA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(pgjinja_options INTERFACE -fsanitize=${PGJINJA_SANITIZE})
endif()

# pgjinja_layer(NAME BELOW layer... LIBRARIES lib... SOURCES file...)
function(pgjinja_layer name)
  cmake_parse_arguments(arg "" "" "BELOW;LIBRARIES;SOURCES" ${ARGN})
  add_library(pgjinja_${name} OBJECT ${arg_SOURCES})
  target_include_directories(pgjinja_${name} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(pgjinja_${name} PRIVATE pgjinja_options PUBLIC ${arg_LIBRARIES})
  set_property(TARGET pgjinja_${name} PROPERTY PGJINJA_BELOW ${arg_BELOW})
endfunction()

# The tests that run more than one thread: those that ThreadSanitizer is asked about.
add_custom_target(concurrent_tests)

# Where the tests find their data. A header that is included by force, not a definition on the command
# line: so the compiler cache knows a source again that was compiled in another clone.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/test_paths.hpp CONTENT
"#define PGJINJA_TEST_DATA \"${PROJECT_SOURCE_DIR}/tests\"
#define PGJINJA_SOURCE_ROOT \"${PROJECT_SOURCE_DIR}\"
#define PGJINJA_BINARY_ROOT \"${PROJECT_BINARY_DIR}\"
")

# pgjinja_test(TARGET LAYERS layer... LIBRARIES lib... SOURCES file... [LABELS label...])
function(pgjinja_test target)
  cmake_parse_arguments(arg "" "" "LAYERS;LIBRARIES;SOURCES;LABELS" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  foreach(layer ${arg_LAYERS})
    target_link_libraries(${target} PRIVATE pgjinja_${layer})
  endforeach()
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${target} PRIVATE pgjinja_options ${arg_LIBRARIES} GTest::gtest_main)
  # Tests are compiled more often than they run: what they test is optimised, they are not.
  target_compile_options(${target} PRIVATE -O0 -include ${PROJECT_BINARY_DIR}/test_paths.hpp)
  add_test(NAME ${target} COMMAND ${target})
  set_tests_properties(${target} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 600)
  if("concurrent" IN_LIST arg_LABELS)
    add_dependencies(concurrent_tests ${target})
  endif()
endfunction()

# pgjinja_fuzz(TARGET LAYERS layer... LIBRARIES lib... SOURCES file...)
# A libFuzzer program in fuzzers/ of the build, with its seeds in fuzz/corpus/TARGET.
function(pgjinja_fuzz target)
  cmake_parse_arguments(arg "" "" "LAYERS;LIBRARIES;SOURCES" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  foreach(layer ${arg_LAYERS})
    target_link_libraries(${target} PRIVATE pgjinja_${layer})
  endforeach()
  target_link_libraries(${target} PRIVATE pgjinja_options ${arg_LIBRARIES})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzzers)
  add_dependencies(fuzz_targets ${target})
endfunction()
