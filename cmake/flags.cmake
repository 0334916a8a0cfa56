# Compiler and linker flags that every target of ours links as `entrad_warnings`.

add_library(entrad_warnings INTERFACE)
target_compile_options(entrad_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual)
if(ENTRAD_WERROR)
  target_compile_options(entrad_warnings INTERFACE -Werror)
endif()

# Poco's package defines the second line for who uses it; everywhere, so that all share the
# precompiled headers.
add_compile_definitions(_GLIBCXX_ASSERTIONS BOOST_ASIO_NO_DEPRECATED BOOST_ALLOW_DEPRECATED_HEADERS
  _FILE_OFFSET_BITS=64 _LARGEFILE64_SOURCE _REENTRANT _THREAD_SAFE _XOPEN_SOURCE=500)
if(ENTRAD_SANITIZE)
  add_compile_options(-fsanitize=${ENTRAD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ENTRAD_SANITIZE})
else()
  add_compile_options($<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
  add_link_options(-pie -Wl,-z,relro -Wl,-z,now)
endif()
if(ENTRAD_SANITIZE STREQUAL "thread")
  # Asio has fences, which the thread sanitizer does not see and g++ warns of.
  target_compile_options(Boost::headers INTERFACE -Wno-tsan)
endif()
