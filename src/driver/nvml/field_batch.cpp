// SPDX-License-Identifier: Apache-2.0
// Makes the batch call and spreads its answers.
#include "driver/nvml/field_batch.hpp"

namespace gander::driver::nvml {
namespace {

std::size_t place_of(Field field) { return static_cast<std::size_t>(field); }

bool is_absent(const Reading& reading) {
  return !reading.is_known() && reading.reason() == Missing::not_supported;
}

}  // namespace

FieldMemory& FieldBatch::memory_of(Field field) { return calls_.entry().fields[place_of(field)]; }

void FieldBatch::want(Field first, Field second) {
  if (first == Field::none) return;
  const FieldMemory& memory = memory_of(first);
  if (memory.learned.is_supported) wanted_.set(place_of(first));
  const bool is_settled = memory.learned.is_supported && memory.has_answered;
  if (second != Field::none && !is_settled) wanted_.set(place_of(second));
}

Reading FieldBatch::read(Field field) {
  if (!is_fetched_) fetch();
  if (!memory_of(field).learned.is_supported) return Missing::not_supported;
  const Reading& answer = answers_[place_of(field)];
  if (answer == Reading{Missing::driver_error}) calls_.set_failure(failures_[place_of(field)]);
  // Only what was wanted before the call stands there.
  return wanted_[place_of(field)] ? answer : Reading{Missing::no_data};
}

Reading FieldBatch::read(Field first, Field second) {
  if (first == Field::none) return Missing::not_supported;
  const Reading answer = read(first);
  return is_absent(answer) && second != Field::none ? read(second) : answer;
}

void FieldBatch::fetch() {
  is_fetched_ = true;
  Learned& learned = calls_.learned(Question::fields);
  const Missing closed = calls_.closed_reason(learned);
  for (std::size_t i = 0; i < field_count; ++i) {
    if (!wanted_[i]) continue;
    const auto field = static_cast<Field>(i);
    answers_[i] = closed;
    failures_[i] = calls_.failure();
    if (closed == Missing::not_sampled) {
      answers_[i] = calls_.closed_reason(memory_of(field).learned);
      failures_[i] = calls_.failure();
      if (answers_[i] == Reading{Missing::not_sampled}) asked_.push_back(field);
    }
  }
  if (asked_.empty()) return;
  values_.resize(asked_.size());
  Code code = code::success;
  const bool has_answer = call_halving(0, asked_.size(), code);
  // Fields are unknown one by one only where the library takes the others.
  if (!has_answer) {
    const bool is_alone = asked_.size() == 1 && code == code::invalid_argument;
    if (code == code::invalid_argument && !is_alone) calls_.entry().may_halve_fields = false;
    Learned& blamed = is_alone ? memory_of(asked_.front()).learned : learned;
    answer_all(0, asked_.size(), calls_.learn(blamed, code));
    return;
  }
  static_cast<void>(calls_.learn(learned, code::success));
  for (const std::size_t place : rejected_) {
    memory_of(asked_[place]).learned.is_supported = false;
    answer_all(place, 1, Missing::not_supported);
  }
}

/// Whether at least a part was answered; else `code` tells why not.
bool FieldBatch::call_halving(std::size_t begin, std::size_t count, Code& code) {
  const Code answer = call_part(begin, count);
  if (answer == code::success) {
    accept(begin, count);
    return true;
  }
  code = answer;
  if (answer != code::invalid_argument) {
    calls_.set_failure(answer);
    answer_all(begin, count, missing_of(answer));
    return false;
  }
  if (count == 1) rejected_.push_back(begin);
  if (count == 1 || !calls_.entry().may_halve_fields) return false;
  const std::size_t half = count / 2;
  const bool first = call_halving(begin, half, code);
  const bool second = call_halving(begin + half, count - half, code);
  return first || second;
}

// The library reads the scope, so nothing of an earlier call may stand in the structs.
Code FieldBatch::call_part(std::size_t begin, std::size_t count) {
  for (std::size_t i = begin; i < begin + count; ++i) {
    const FieldRow& row = row_of(asked_[i]);
    values_[i] = {};
    values_[i].field = row.id;
    values_[i].scope = row.scope;
  }
  return calls_.call(calls_.symbols().fields, static_cast<int>(count), &values_[begin]);
}

void FieldBatch::accept(std::size_t begin, std::size_t count) {
  for (std::size_t i = begin; i < begin + count; ++i) {
    FieldMemory& memory = memory_of(asked_[i]);
    // A library that does not know a field's number calls it a wrong argument.
    const bool is_unknown = values_[i].code == code::invalid_argument;
    const Missing reason =
        calls_.learn(memory.learned, is_unknown ? code::not_supported : values_[i].code);
    if (reason != Missing::not_sampled) {
      answer_all(i, 1, reason);
      continue;
    }
    memory.has_answered = true;
    answers_[place_of(asked_[i])] = decode_field(asked_[i], values_[i], memory.counter);
  }
}

void FieldBatch::answer_all(std::size_t begin, std::size_t count, Missing reason) {
  for (std::size_t i = begin; i < begin + count; ++i) {
    answers_[place_of(asked_[i])] = reason;
    failures_[place_of(asked_[i])] = calls_.failure();
  }
}

}  // namespace gander::driver::nvml
