#include "fakes/places.h"

namespace entrad::fakes {

std::filesystem::path source_folder() { return ENTRAD_SOURCE_DIR; }
std::filesystem::path binary_folder() { return ENTRAD_BINARY_DIR; }

}  // namespace entrad::fakes
