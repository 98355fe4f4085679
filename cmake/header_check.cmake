# Every public header alone: one source per header that includes just it, twice, so that a header
# that leans on another's includes, or that does not guard itself, does not compile.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include
  ${PROJECT_SOURCE_DIR}/include/*.hpp)
if(NOT TARGET pgjinja_async)
  list(FILTER headers EXCLUDE REGEX "^pgjinja/async/")
endif()
set(sources)
foreach(header ${headers})
  string(MAKE_C_IDENTIFIER ${header} name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/header_check/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include <@header@>\n#include <@header@>\n" @ONLY)
  list(APPEND sources ${source})
endforeach()
add_library(header_check OBJECT ${sources})
target_compile_features(header_check PRIVATE cxx_std_20)
target_include_directories(header_check PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(header_check PRIVATE pgjinja_options $<TARGET_NAME_IF_EXISTS:Boost::headers>)
