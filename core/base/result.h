// A value, or one sentence that says what went wrong, where, and what to do about it. Operating
// errors (ports, files, peers) travel this way; programmer errors are CHECK_THAT.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "core/base/check.h"

namespace roundtrip {

// One sentence for the reader of the screen, without a final full stop or a "roundtrip:" before it.
struct Error {
  std::string sentence;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return require(), std::get<0>(content_); }
  const T& value() const& { return require(), std::get<0>(content_); }
  T&& value() && { return require(), std::get<0>(std::move(content_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

  const std::string& error() const {
    CHECK_THAT(!ok(), "the error of a result that has none");
    return std::get<1>(content_).sentence;
  }

 private:
  void require() const { CHECK_THAT(ok(), "the value of a result that holds an error"); }
  std::variant<T, Error> content_;
};

// A Result without a value: ok(), or the sentence.
struct Nothing {};
using Status = Result<Nothing>;

}  // namespace roundtrip
