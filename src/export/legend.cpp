// SPDX-License-Identifier: Apache-2.0
// Writes the legend of short forms.
#include "export/legend.hpp"

#include <string>

#include "text/units.hpp"
#include "text/width.hpp"

namespace gander {

void Legend::append_to(std::vector<text::Line>& lines) const {
  for (const auto reason : reasons_) {
    const auto brief = text::write_missing(reason, 3);
    const auto wide = text::write_missing(reason, 7);
    auto key = std::string{wide};
    if (brief != wide) key += " " + std::string{brief};
    lines.push_back(text::Line{}
                        .add(" " + text::pad_right(key, 13), {{}, text::Weight::bold})
                        .add(text::explain(reason), {{}, text::Weight::dim}));
  }
}

}  // namespace gander
