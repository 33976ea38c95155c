#include "core/trace/file_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace roundtrip::trace {
namespace {

// After a failure: the last bytes that still make whole lines.
std::size_t whole_lines(std::string_view bytes) {
  const std::size_t last = bytes.rfind('\n');
  return last == std::string_view::npos ? 0 : last + 1;
}

std::string_view advice_for(std::string_view what, int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some room there or choose another place";
    case EFBIG:
      return "choose a place that takes larger files";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a place that you have the right to use";
    case ENOENT:
      return what.starts_with("can't write")
                 ? "look at the spelling, and make the folder if it is missing"
                 : "look at the spelling";
    case ENOTDIR:
      return "a part of this path is a file, not a folder: look at the spelling";
    case EISDIR:
      return "this is a folder: name a file in it";
    case EMFILE:
    case ENFILE:
      return "too many files are open: close some or raise the limit (ulimit -n)";
    default:
      return "choose another place";
  }
}

}  // namespace

std::string file_error_sentence(std::string_view what, const std::string& path, int error) {
  return fmt::format("{} '{}': {}; {}", what, path, std::strerror(error), advice_for(what, error));
}

SavePlace place_for(const std::string& path) {
  SavePlace place{path, path};
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0) {
    if (!S_ISREG(facts.st_mode)) return place;
    // Through a symbolic link, so that the link stays one.
    if (char* real = ::realpath(path.c_str(), nullptr)) {
      place.target = real;
      std::free(real);
    }
  }
  place.first = fmt::format("{}.{}.part", place.target, ::getpid());
  return place;
}

Status settle(const SavePlace& place, Status saved, std::string_view what) {
  if (place.first == place.target) return saved;
  if (saved && std::rename(place.first.c_str(), place.target.c_str()) != 0) {
    saved = Error{file_error_sentence(what, place.target, errno)};
  }
  if (!saved) ::unlink(place.first.c_str());
  return saved;
}

Result<std::unique_ptr<OutputFile>> OutputFile::open(const std::string& path, Options options) {
  if (options.shown_path.empty()) options.shown_path = path;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return Error{file_error_sentence(options.what, options.shown_path, errno)};
  return std::unique_ptr<OutputFile>(new OutputFile(descriptor, std::move(options)));
}

OutputFile::OutputFile(int descriptor, Options options)
    : descriptor_(descriptor),
      options_(std::move(options)),
      compressor_(options_.compressed ? std::make_unique<GzipCompressor>() : nullptr) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) static_cast<void>(close());
}

Status OutputFile::write(std::string_view lines, bool flush) {
  if (!error_.empty()) return Error{error_};
  if (compressor_ == nullptr) return send(lines, true);
  compressed_.clear();
  compressor_->add(lines, flush ? GzipCompressor::Flush::Readable : GzipCompressor::Flush::None,
                   compressed_);
  return send({compressed_.data(), compressed_.size()}, flush);
}

Status OutputFile::close() {
  if (descriptor_ < 0) return Nothing{};
  if (error_.empty() && compressor_ != nullptr) {
    compressed_.clear();
    compressor_->add({}, GzipCompressor::Flush::End, compressed_);
    static_cast<void>(send({compressed_.data(), compressed_.size()}, true));
  }
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0 && error_.empty()) {
    error_ = file_error_sentence(options_.what, options_.shown_path, errno);
  }
  if (!error_.empty()) return Error{error_};
  return Nothing{};
}

Status OutputFile::send(std::string_view bytes, bool ends_readable) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      const int error = wrote < 0 ? errno : ENOSPC;
      // A plain file keeps the lines of this very call that have arrived whole.
      if (compressor_ == nullptr) readable_ = written_ + whole_lines(bytes.substr(0, done));
      return fail(error);
    }
    done += static_cast<std::size_t>(wrote);
  }
  written_ += bytes.size();
  if (ends_readable) readable_ = written_;
  return Nothing{};
}

Status OutputFile::fail(int error) {
  error_ = file_error_sentence(options_.what, options_.shown_path, error) + options_.after_failure;
  // Fails on what is not a regular file, where there is nothing to cut.
  static_cast<void>(::ftruncate(descriptor_, static_cast<off_t>(readable_)) == 0);
  return Error{error_};
}

}  // namespace roundtrip::trace
