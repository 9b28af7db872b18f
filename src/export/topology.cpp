// SPDX-License-Identifier: Apache-2.0
// Draws the matrix of paths between GPUs, block by block of columns that fit.
#include "export/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "export/legend.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"
#include "text/width.hpp"

namespace gander {
namespace {

using text::Color;
using text::Line;
using text::Style;
using text::Weight;

struct PathWords {
  std::string_view brief;
  std::string_view meaning;
};

/// In the order of PeerPath.
constexpr std::array<PathWords, 6> path_words{{
    {"PSB", "two GPUs of one board"},
    {"PIX", "through one PCIe switch"},
    {"PXB", "through several PCIe switches, not through the processor"},
    {"PHB", "through the PCIe host bridge of one processor"},
    {"NODE", "across host bridges of one NUMA node"},
    {"SYS", "across NUMA nodes, over the links between processors"},
}};

constexpr int key_width = 7;        // `GPU 12`, and a blank.
constexpr int affinity_width = 24;  // Longer lists are whole in the details.

/// What a page needs while it is drawn.
struct Matrix {
  std::vector<const Device*> gpus;
  std::set<PeerPath> paths;
  bool has_links = false;
  Legend legend;
};

Matrix collect(const Snapshot& snapshot) {
  Matrix matrix;
  for (const auto& device : snapshot.devices) {
    if (!device.is_instance()) matrix.gpus.push_back(&device);
  }
  return matrix;
}

const Peer* find_peer(const Device& from, const Device& to) {
  if (!to.uuid.is_known()) return nullptr;
  const auto found = std::find_if(from.peers.begin(), from.peers.end(),
                                  [&](const Peer& peer) { return peer.device == to.uuid.value(); });
  return found == from.peers.end() ? nullptr : &*found;
}

bool is_linked(const Peer& peer) { return peer.links.value_or(0) > 0; }

Color color_of(const Peer& peer) {
  if (is_linked(peer)) return Color::green;
  const auto path = peer.path.value_or(PeerPath::single_switch);
  return path >= PeerPath::node ? Color::yellow : Color::plain;
}

/// Without an entry for the peer nobody asked; a device that does not answer is the reason then.
Missing reason_without_entry(const Device& from) {
  switch (from.state) {
    case DeviceState::lost:
    case DeviceState::reset_required:
      return Missing::device_lost;
    case DeviceState::inaccessible:
      return Missing::no_permission;
    case DeviceState::suspended:
      return Missing::suspended;
    case DeviceState::timed_out:
      return Missing::timed_out;
    case DeviceState::ok:
    case DeviceState::unknown:
      break;
  }
  return Missing::not_sampled;
}

Line draw_cell(Matrix& matrix, const Device& from, const Device& to, int width) {
  const auto centred = [&](std::string_view word, Style style) {
    return Line{}.add(text::centre(word, width), style);
  };
  if (&from == &to) return centred("X", {{}, Weight::dim});
  const auto* peer = find_peer(from, to);
  if (peer == nullptr) {
    const auto reason = reason_without_entry(from);
    matrix.legend.add(reason);
    return centred(text::write_missing(reason, 3), {{}, Weight::dim});
  }
  if (is_linked(*peer)) {
    matrix.has_links = true;
  } else if (peer->path.is_known()) {
    matrix.paths.insert(peer->path.value());
  } else {
    matrix.legend.add(peer->path.reason());
    return centred(short_word(*peer), {{}, Weight::dim});
  }
  return centred(short_word(*peer), {color_of(*peer), {}});
}

std::string key_of(const Device& device) { return fmt::format("GPU {}", device.index.gpu); }

std::string affinity_of(Matrix& matrix, const Device& device) {
  if (device.cpu_affinity.is_known()) return text::safe(device.cpu_affinity.value());
  matrix.legend.add(device.cpu_affinity.reason());
  return std::string{text::write_missing(device.cpu_affinity.reason(), 7)};
}

std::string node_of(Matrix& matrix, const Device& device) {
  if (device.numa_node.is_known()) return std::to_string(device.numa_node.value());
  matrix.legend.add(device.numa_node.reason());
  return std::string{text::write_missing(device.numa_node.reason(), 4)};
}

/// The columns [first, last) of the matrix; with the places of the GPUs where these stand behind.
struct Block {
  std::size_t first;
  std::size_t last;
  bool has_places;
};

int place_width(Matrix& matrix) {
  int widest = static_cast<int>(std::string_view{"CPU affinity"}.size());
  for (const auto* gpu : matrix.gpus) {
    widest = std::max(widest, text::display_width(affinity_of(matrix, *gpu)));
  }
  return std::min(widest, affinity_width);
}

std::vector<Block> divide(const Matrix& matrix, int width, int cell_width, int places) {
  const auto columns = static_cast<std::size_t>(std::max((width - key_width) / cell_width, 1));
  std::vector<Block> blocks;
  for (std::size_t first = 0; first < matrix.gpus.size(); first += columns) {
    blocks.push_back({first, std::min(first + columns, matrix.gpus.size()), false});
  }
  const auto& last = blocks.back();
  const int used = key_width + static_cast<int>(last.last - last.first) * cell_width;
  if (used + places <= width) {
    blocks.back().has_places = true;
  } else {
    blocks.push_back({matrix.gpus.size(), matrix.gpus.size(), true});
  }
  return blocks;
}

void draw_block(Matrix& matrix, const Block& block, int cell_width, std::vector<Line>& lines) {
  const int places = place_width(matrix);
  Line head;
  head.add(text::repeat(" ", key_width));
  for (auto i = block.first; i < block.last; ++i) {
    head.add(text::centre(fmt::format("GPU{}", matrix.gpus[i]->index.gpu), cell_width),
             {{}, Weight::bold});
  }
  if (block.has_places) {
    head.add(" NUMA  ", {{}, Weight::bold}).add("CPU affinity", {{}, Weight::bold});
  }
  lines.push_back(head);
  for (const auto* from : matrix.gpus) {
    Line line;
    line.add(text::pad_right(key_of(*from), key_width), {{}, Weight::bold});
    for (auto i = block.first; i < block.last; ++i) {
      line.add(draw_cell(matrix, *from, *matrix.gpus[i], cell_width));
    }
    if (block.has_places) {
      line.add(" " + text::pad_left(node_of(matrix, *from), 4) + "  ");
      line.add(text::cut_right(affinity_of(matrix, *from), places));
    }
    lines.push_back(line);
  }
}

void draw_meanings(const Matrix& matrix, std::vector<Line>& lines) {
  const auto add = [&](std::string_view word, std::string_view meaning) {
    lines.push_back(Line{}
                        .add(" " + text::pad_right(word, 6), {{}, Weight::bold})
                        .add(meaning, {{}, Weight::dim}));
  };
  add("X", "the GPU itself");
  if (matrix.has_links) add("NV#", "over so many NVLinks, through switches included");
  for (const auto path : matrix.paths) {
    const auto& words = path_words[static_cast<std::size_t>(path)];
    add(words.brief, words.meaning);
  }
}

}  // namespace

std::string_view short_word(PeerPath path) {
  return path_words[static_cast<std::size_t>(path)].brief;
}

std::string short_word(const Peer& peer) {
  if (is_linked(peer)) return fmt::format("NV{}", peer.links.value());
  if (peer.path.is_known()) return std::string{short_word(peer.path.value())};
  return std::string{text::write_missing(peer.path.reason(), 3)};
}

std::string write_topology(const Snapshot& snapshot, text::Rendering rendering, int width) {
  auto matrix = collect(snapshot);
  if (matrix.gpus.empty()) return "No GPU is visible here.\n";
  constexpr int places_head = 7;  // ` NUMA  `
  const int cell_width = matrix.gpus.back()->index.gpu < 10 ? 6 : 7;
  const int places = places_head + place_width(matrix);
  std::vector<Line> lines;
  for (const auto& block : divide(matrix, width, cell_width, places)) {
    if (!lines.empty()) lines.emplace_back();
    draw_block(matrix, block, cell_width, lines);
  }
  lines.emplace_back();
  draw_meanings(matrix, lines);
  matrix.legend.append_to(lines);
  return text::write(lines, rendering);
}

}  // namespace gander
