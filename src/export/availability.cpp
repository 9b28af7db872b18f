// SPDX-License-Identifier: Apache-2.0
// Keys of JSON have their units; what is unknown is null, and why stands in `missing`.
#include "export/availability.hpp"

#include <algorithm>
#include <string_view>

#include "export/availability_json.hpp"
#include "json/time.hpp"
#include "json/writer.hpp"
#include "text/device_words.hpp"
#include "text/objection_words.hpp"
#include "text/quantity.hpp"
#include "text/width.hpp"

namespace gander {
namespace {

bool has_bound(ObjectionKind kind) {
  return kind != ObjectionKind::state && kind != ObjectionKind::divided &&
         kind != ObjectionKind::prohibited && kind != ObjectionKind::exclusive &&
         kind != ObjectionKind::taken;
}

void write_objection(json::Writer& writer, const Objection& objection, const Device& device) {
  writer.begin_object();
  KnownWriter known{writer};
  writer.key("kind");
  writer.string(name_of(objection.kind));
  if (has_bound(objection.kind)) {
    known.number("value", objection.value);
    writer.key("bound");
    writer.number(objection.bound);
  }
  if (objection.kind == ObjectionKind::state) {
    writer.key("state");
    writer.string(name_of(device.state));
  }
  if (objection.kind == ObjectionKind::taken) {
    writer.key("who");
    writer.string(objection.who);
  }
  writer.key("text");
  writer.string(text::write_objection(objection, device));
  known.finish();
  writer.end_object();
}

std::string label_of(const Device& device) {
  return (device.is_instance() ? "MIG " : "GPU ") + to_string(device.index);
}

}  // namespace

void write_identity(json::Writer& writer, KnownWriter& known, const Device& device) {
  writer.key("index");
  writer.string(to_string(device.index));
  known.string("uuid", device.uuid);
  known.string("pci_bus_id", device.pci_bus_id);
  known.string("name", device.name);
}

void write_candidate(json::Writer& writer, KnownWriter& known, const Candidate& candidate) {
  write_identity(writer, known, *candidate.device);
  writer.key("is_free");
  writer.boolean(candidate.is_free());
  known.number("free_memory_bytes", candidate.free_memory);
  writer.key("objections");
  writer.begin_array();
  for (const Objection& objection : candidate.objections) {
    write_objection(writer, objection, *candidate.device);
  }
  writer.end_array();
}

std::string write_availability_json(const Snapshot& snapshot, std::span<const Device* const> chosen,
                                    std::span<const Candidate> candidates) {
  json::Writer writer;
  writer.begin_object();
  writer.key("schema");
  writer.integer(availability_schema);
  writer.key("time");
  writer.string(json::write_time(snapshot.time));
  writer.key("chosen");
  writer.begin_array();
  for (const Device* device : chosen) {
    writer.begin_object();
    KnownWriter known{writer};
    write_identity(writer, known, *device);
    known.finish();
    writer.end_object();
  }
  writer.end_array();
  writer.key("devices");
  writer.begin_array();
  for (const Candidate& candidate : candidates) {
    writer.begin_object();
    KnownWriter known{writer};
    write_candidate(writer, known, candidate);
    known.finish();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return writer.take();
}

std::string write_availability_lines(std::span<const Candidate> candidates) {
  int width = 0;
  for (const Candidate& candidate : candidates) {
    width = std::max(width, text::display_width(label_of(*candidate.device)));
  }
  std::string lines;
  for (const Candidate& candidate : candidates) {
    lines += text::pad_right(label_of(*candidate.device), width) + "  ";
    if (!candidate.is_free()) {
      lines += "not free: " + text::write_objections(candidate);
    } else if (candidate.free_memory.is_known()) {
      lines += "free: " + text::write_quantity(Unit::bytes, candidate.free_memory.value());
    } else {
      lines += "free";
    }
    lines += '\n';
  }
  return lines;
}

}  // namespace gander
