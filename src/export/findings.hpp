// SPDX-License-Identifier: Apache-2.0
// The findings of gander doctor, for people and for programs. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "gander/finding.hpp"
#include "text/line.hpp"

namespace gander {

/// One line for each finding, its remedy indented below, wrapped at `width` columns.
std::string write_findings(const std::vector<Finding>& findings, text::Rendering rendering,
                           int width);

/// `{"schema": 1, "version": …, "findings": [{"severity", "topic", "text", "remedy", "fault"}]}`;
/// `remedy` and `fault` are null where there is none.
std::string write_findings_json(const std::vector<Finding>& findings, std::string_view version);

}  // namespace gander
