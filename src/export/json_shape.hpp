// SPDX-License-Identifier: Apache-2.0
// The shape of the JSON form: one list of keys for each kind of object, walked by the writer and
// by the reader alike, so that the two cannot differ. Must not know how either does its part.
//
// `Form` is the writer or the reader; `Like<Device>` is a `const Device` or a `Device`. Words of a
// Form: `value` (plain field), `known` (may be absent for a reason), `required`, `word` (an
// enumeration, with what an unknown word reads as), `list`, `readings`, and last `missing`.
#pragma once

#include <concepts>
#include <type_traits>

#include "gander/snapshot.hpp"

namespace gander {

template <class T, class Noun>
concept Like = std::same_as<std::remove_const_t<T>, Noun>;

void describe(auto& form, Like<Owner> auto& owner) {
  form.required_word("kind", owner.kind);
  form.value("name", owner.name);
  form.value("source", owner.source);
  form.word("certainty", owner.certainty, Certainty::guess);
  form.known("title", owner.title);
  form.value("title_space", owner.title_space);
  form.value("title_source", owner.title_source);
  form.word("title_certainty", owner.title_certainty, Certainty::guess);
  form.missing();
}

void describe(auto& form, Like<Fan> auto& fan) {
  form.readings(fan.readings);
  form.missing();
}

void describe(auto& form, Like<Fabric> auto& fabric) {
  form.known("state", fabric.state);
  form.known("health", fabric.health);
  form.known("cluster", fabric.cluster);
  form.known("clique", fabric.clique);
  form.missing();
}

void describe(auto& form, Like<Link> auto& link) {
  form.value("number", link.number);
  form.known("state", link.state);
  form.known("version", link.version);
  form.known("remote_type", link.remote_type);
  form.known("remote_pci_bus_id", link.remote_pci_bus_id);
  form.readings(link.readings);
  form.missing();
}

void describe(auto& form, Like<Peer> auto& peer) {
  form.required("device", peer.device);
  form.known("path", peer.path);
  form.known("links", peer.links);
  form.missing();
}

void describe(auto& form, Like<XidCount> auto& xid) {
  form.required("code", xid.code);
  form.value("count", xid.count);
  form.value("last_time", xid.last_time);
}

void describe(auto& form, Like<DriverError> auto& error) {
  form.value("what", error.what);
  form.value("code", error.code);
}

void describe_identity(auto& form, Like<Device> auto& device) {
  form.required("index", device.index);
  form.known("uuid", device.uuid);
  form.known("name", device.name);
  form.known("pci_bus_id", device.pci_bus_id);
  form.value("parent", device.parent);
  form.value("driver", device.driver);
  form.word("state", device.state, DeviceState::unknown);
  form.value("state_detail", device.state_detail);
  form.known("serial", device.serial);
  form.known("minor", device.minor);
  form.known("vbios", device.vbios);
  form.known("compute_capability", device.compute_capability);
  form.known("architecture", device.architecture);
  form.known("board_part", device.board_part);
  form.known("gsp_firmware", device.gsp_firmware);
  form.known("numa_node", device.numa_node);
  form.known("cpu_affinity", device.cpu_affinity);
  form.known("virtualization", device.virtualization);
  form.known("addressing_mode", device.addressing_mode);
  form.known("unified_memory", device.unified_memory);
  form.known("gpu_instance_id", device.gpu_instance_id);
  form.known("compute_instance_id", device.compute_instance_id);
}

void describe_modes(auto& form, Like<Device> auto& device) {
  form.known("compute_mode", device.compute_mode);
  form.known("persistence_mode", device.persistence_mode);
  form.known("display_active", device.display_active);
  form.known("mig_mode", device.mig_mode);
  form.known("mig_mode_pending", device.mig_mode_pending);
  form.known("ecc_mode", device.ecc_mode);
  form.known("ecc_mode_pending", device.ecc_mode_pending);
  form.known("accounting_mode", device.accounting_mode);
  form.known("retirement_pending", device.retirement_pending);
  form.known("remap_pending", device.remap_pending);
  form.known("remap_failed", device.remap_failed);
  form.known("recovery_action", device.recovery_action);
  form.known("clock_limits", device.clock_limits);
  form.known("processes_complete", device.processes_complete);
}

void describe(auto& form, Like<Device> auto& device) {
  describe_identity(form, device);
  describe_modes(form, device);
  form.readings(device.readings);
  form.list("fans", device.fans);
  form.object("fabric", device.fabric);
  form.list("links", device.links);
  form.list("peers", device.peers);
  form.list("xids", device.xids);
  form.list("errors", device.errors);
  form.list("allocations", device.allocations);
  form.missing();
}

void describe(auto& form, Like<Use> auto& use) {
  form.required("device", use.device);
  form.known("type", use.type);
  form.known("mps", use.mps);
  form.known("gpu_instance_id", use.gpu_instance_id);
  form.known("compute_instance_id", use.compute_instance_id);
  form.readings(use.readings);
  form.missing();
}

void describe(auto& form, Like<Process> auto& process) {
  form.required_pid("pid", process.pid);
  form.known("start_time", process.start_time);
  form.word("presence", process.presence, Presence::outside);
  form.known("parent", process.parent);
  form.known("user", process.user);
  form.known("uid", process.uid);
  form.known("name", process.name);
  form.known("command", process.command);
  form.known("state", process.state);
  form.known("working_folder", process.working_folder);
  form.known("executable", process.executable);
  form.readings(process.readings);
  form.known("inner_pid", process.inner_pid);
  form.known("numa_group", process.numa_group);
  form.list("owners", process.owners);
  form.known("workload", process.workload);
  form.list("uses", process.uses);
  form.missing();
}

void describe(auto& form, Like<Kernel> auto& kernel) {
  form.value("id", kernel.id);
  form.known("language", kernel.language);
  form.known("state", kernel.state);
  form.known("last_activity", kernel.last_activity);
  form.known("connections", kernel.connections);
  form.known("server_problem", kernel.server_problem);
  form.value("is_orphan", kernel.is_orphan);
  form.missing();
}

void describe(auto& form, Like<Workload> auto& workload) {
  form.required_pid("root", workload.root);
  form.known("start_time", workload.start_time);
  form.word("type", workload.type, WorkloadType::program);
  form.value("name", workload.name);
  form.known("path", workload.path);
  form.word("source", workload.source, WorkloadSource::command);
  form.word("certainty", workload.certainty, Certainty::guess);
  form.object("kernel", workload.kernel);
  form.known("server", workload.server);
  form.known("hub_user", workload.hub_user);
  form.word("hub_user_certainty", workload.hub_user_certainty, Certainty::guess);
  form.missing();
}

void describe(auto& form, Like<Host> auto& host) {
  form.known("name", host.name);
  form.known("kernel", host.kernel);
  form.known("initial_pid_namespace", host.initial_pid_namespace);
  form.known("container", host.container);
  form.readings(host.readings);
  form.missing();
}

void describe(auto& form, Like<Error> auto& error) {
  form.word("fault", error.fault, Fault::operating_system);
  form.value("message", error.message);
}

void describe(auto& form, Like<DriverStatus> auto& driver) {
  form.value("name", driver.name);
  form.known("library", driver.library);
  form.known("version", driver.version);
  form.known("api_version", driver.api_version);
  form.known("cuda_version", driver.cuda_version);
  form.object("error", driver.error);
  form.missing();
}

void describe(auto& form, Like<Environment> auto& environment) {
  form.value("id", environment.id);
  form.value("name", environment.name);
  form.known("user", environment.user);
  form.value("devices", environment.devices);
  form.missing();
}

void describe(auto& form, Like<Claim> auto& claim) {
  form.value("id", claim.id);
  form.value("device", claim.device);
  form.known("user", claim.user);
  form.known("since", claim.since);
  form.known("until", claim.until);
  form.value("note", claim.note);
  form.missing();
}

void describe(auto& form, Like<SourceHealth> auto& source) {
  form.value("name", source.name);
  form.known("last_success", source.last_success);
  form.value("errors", source.errors);
  form.word("completeness", source.completeness, Completeness::partial);
  form.value("detail", source.detail);
  form.missing();
}

void describe(auto& form, Like<Event> auto& event) {
  form.value("time", event.time);
  form.value("source", event.source);
  form.value("device", event.device);
  form.value("text", event.text);
  form.known("xid", event.xid);
  form.missing();
}

void describe(auto& form, Like<Snapshot> auto& snapshot) {
  form.moment("time", snapshot.time);
  form.value("version", snapshot.version);
  form.object("host", snapshot.host);
  form.list("drivers", snapshot.drivers);
  form.list("devices", snapshot.devices);
  form.list("processes", snapshot.processes);
  form.list("workloads", snapshot.workloads);
  form.list("environments", snapshot.environments);
  form.list("claims", snapshot.claims);
  form.list("sources", snapshot.sources);
  form.list("events", snapshot.events);
}

}  // namespace gander
