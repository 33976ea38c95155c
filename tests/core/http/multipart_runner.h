// Runs the multipart parser over a body that comes in pieces and writes down what it told, one line
// a token; data is joined, for how it is cut depends on the pieces. Used by the parser's tests and
// its fuzzer. Knows no doctest: what the parser never does stops the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/http/multipart.h"

namespace roundtrip::http {

inline constexpr std::size_t head_room = 200;

class MultipartRunner {
 public:
  explicit MultipartRunner(std::string_view boundary, std::size_t max_parts = 3)
      : memory_(std::make_unique<char[]>(boundary.size() + 4 + head_room)),
        parser_(boundary, {memory_.get(), boundary.size() + 4 + head_room}, max_parts) {}

  // The next bytes of the body, in a copy that a sanitizer can watch.
  void feed(std::string_view bytes) {
    const std::unique_ptr<char[]> copy(new char[bytes.size()]);
    bytes.copy(copy.get(), bytes.size());
    const StreamBytes window{{copy.get(), bytes.size()}, fed_};
    fed_ += bytes.size();
    while (true) {
      const MultipartStep step = parser_.next(window);
      if (step.kind != StepKind::Told) {
        CHECK_THAT(step.kind == StepKind::Failed || parser_.position() == fed_,
                   "more is asked for too early");
        return;
      }
      take(step.token);
    }
  }

  std::string finish() {
    const MultipartStep step = parser_.finish();
    if (step.kind == StepKind::Done) lines_.push_back("Done");
    if (step.kind == StepKind::Failed) {
      lines_.push_back(fmt::format("{} at {}", step.failure.name(), step.failure.offset));
    }
    if (!data_.empty()) lines_.insert(lines_.end() - 1, fmt::format("data [{}]", data_));
    return fmt::format("{}", fmt::join(lines_, "\n"));
  }

 private:
  void take(const MultipartToken& token) {
    if (const auto* begin = std::get_if<PartBegin>(&token)) {
      lines_.push_back(
          fmt::format("part {}+{} [{}]", begin->head.offset, begin->head.length, begin->name));
      if (begin->filename) lines_.back() += fmt::format(" file [{}]", *begin->filename);
      if (!begin->content_type.empty()) lines_.back() += fmt::format(" {}", begin->content_type);
      name_ = begin->name;
    } else if (const auto* data = std::get_if<PartData>(&token)) {
      CHECK_THAT(data->bytes.length == data->text.size(), "a range of another size than its text");
      CHECK_THAT(!data->text.empty(), "a piece of data without any");
      CHECK_THAT(data_.empty() || data->bytes.offset == data_end_, "data with a gap");
      data_end_ = data->bytes.end();
      data_ += data->text;
    } else {
      CHECK_THAT(std::get<PartEnd>(token).data_bytes == data_.size(), "data that was not told");
      // The texts of the head are still there.
      lines_.push_back(fmt::format("data [{}] of {}", data_, name_));
      data_.clear();
    }
  }

  std::unique_ptr<char[]> memory_;
  MultipartParser parser_;
  std::vector<std::string> lines_;
  std::string data_;
  std::string_view name_;
  std::uint64_t data_end_ = 0;
  std::uint64_t fed_ = 0;
};

}  // namespace roundtrip::http
