// SPDX-License-Identifier: Apache-2.0
// Writes the legend of short forms.
#include "export/legend.hpp"

#include <string>

#include "text/width.hpp"
#include "text/words.hpp"

namespace gander {

void Legend::append_to(std::vector<text::Line>& lines) const {
  for (const auto& [reason, state] : reasons_) {
    const auto brief = text::missing_word(reason, 3, state);
    const auto wide = text::missing_word(reason, 7, state);
    auto key = std::string{wide};
    if (brief != wide) key += " " + std::string{brief};
    lines.push_back(text::Line{}
                        .add(" " + text::pad_right(key, 13), {{}, text::Weight::bold})
                        .add(text::explain(reason, state), {{}, text::Weight::dim}));
  }
}

}  // namespace gander
