// SPDX-License-Identifier: Apache-2.0
// Bodies of secret.hpp.
#include "owner/jupyter/secret.hpp"

#include <string.h>

namespace gander::owner::jupyter {

Secret::Secret(std::string_view text) {
  if (text.empty()) return;
  text_ = {new std::string{text}, [](std::string* held) {
             wipe(*held);
             delete held;
           }};
}

http::Header Secret::authorization() const {
  return {"Authorization", "token " + (text_ ? *text_ : std::string{})};
}

void wipe(std::string& text) { ::explicit_bzero(text.data(), text.size()); }

}  // namespace gander::owner::jupyter
