#include "core/trace/file_writer.h"

#include <algorithm>
#include <unordered_map>

namespace roundtrip::trace {
namespace {

constexpr std::size_t full_bytes = 256 << 10;
constexpr Duration flush_after = Duration::milliseconds(250);
constexpr std::uint64_t events_between_progress = 1 << 16;

bool wants_gzip(const std::string& path) {
  return path.ends_with(".gz");
}

// Which pieces of a trace's bytes are still to be written: each goes out before its first use.
class UnwrittenBytes {
 public:
  explicit UnwrittenBytes(const Trace& trace) : trace_(trace) {}

  void write_for(const Event& event, FileLines& lines) {
    const ByteLog* const log = trace_.log(event.conn, event.log);
    if (log == nullptr) return;
    std::vector<bool>& written = written_[log];
    written.resize(log->pieces.size());
    const ByteRange range = event.bytes();
    auto piece = std::upper_bound(
        log->pieces.begin(), log->pieces.end(), range.offset,
        [](std::uint64_t at, const KeptPiece& kept) { return at < kept.range.end(); });
    for (; piece != log->pieces.end() && piece->range.offset < range.end(); ++piece) {
      write(*log, static_cast<std::size_t>(piece - log->pieces.begin()), written, lines);
    }
  }
  // What no event ever referred to.
  void write_rest(FileLines& lines) {
    for (const ByteLog* log : trace_.logs()) {
      std::vector<bool>& written = written_[log];
      written.resize(log->pieces.size());
      for (std::size_t i = 0; i < log->pieces.size(); ++i) write(*log, i, written, lines);
      // After those that were seen first, so that a reader takes them for what they are.
      for (const DifferingSighting& other : log->differing) {
        if (!trace_.bytes(log->conn, log->log, other.range()).whole) continue;
        lines.add_bytes({log->conn, log->log, other.offset, other.data});
      }
    }
  }

 private:
  void write(const ByteLog& log, std::size_t index, std::vector<bool>& written, FileLines& lines) {
    if (written[index]) return;
    written[index] = true;
    const KeptPiece& piece = log.pieces[index];
    lines.add_bytes({log.conn, log.log, piece.range.offset, trace_.piece_data(piece)});
  }

  const Trace& trace_;
  std::unordered_map<const ByteLog*, std::vector<bool>> written_;
};

}  // namespace

Result<std::unique_ptr<TraceFileWriter>> TraceFileWriter::open(const std::string& path,
                                                               const TraceInfo& info,
                                                               const Symbols& symbols) {
  OutputFile::Options options;
  options.compressed = wants_gzip(path);
  options.after_failure = "; what was recorded before is kept, and recording to it has ended";
  auto output = OutputFile::open(path, std::move(options));
  if (!output) return Error{output.error()};
  std::unique_ptr<TraceFileWriter> writer(new TraceFileWriter(std::move(output.value()), symbols));
  writer->lines_.add_header(info);
  if (Status sent = writer->send(true); !sent) return Error{sent.error()};
  return writer;
}

Status TraceFileWriter::send(bool flush) {
  Status sent = output_->write(lines_.view(), flush);
  unflushed_bytes_ = flush ? 0 : unflushed_bytes_ + lines_.size();
  lines_.clear();
  return sent;
}

Status TraceFileWriter::flush_when_full() {
  return lines_.size() < full_bytes ? Status{Nothing{}} : send(true);
}

Status TraceFileWriter::write(const Delivery& delivery) {
  if (!output_->error().empty()) return Error{output_->error()};
  for (const ByteSighting& piece : delivery.bytes) {
    lines_.add_bytes(piece);
    if (Status sent = flush_when_full(); !sent) return sent;
  }
  for (Event event : delivery.late) {
    event.mark_late();
    lines_.add_event(event);
  }
  for (const Event& event : delivery.events) {
    lines_.add_event(event);
    if (lines_.size() < full_bytes) continue;
    if (Status sent = flush_when_full(); !sent) return sent;
  }
  settled_to_ = std::max(settled_to_, delivery.settled_to);
  losses_ = delivery.losses;
  const bool flush = settled_to_ - flushed_to_ >= flush_after;
  if (flush) {
    flushed_to_ = settled_to_;
    if (losses_ != losses_written_) lines_.add_losses(losses_);
    losses_written_ = losses_;
  }
  const bool nothing_new = lines_.size() == 0 && (!flush || unflushed_bytes_ == 0);
  return nothing_new ? Status{Nothing{}} : send(flush);
}

Status TraceFileWriter::finish() {
  lines_.add_end(settled_to_, losses_);
  Status sent = send(true);
  Status closed = output_->close();
  return sent ? closed : sent;
}

Status TraceFileWriter::save_all(const Trace& trace, TraceFileWriter& writer,
                                 const FileProgress& progress) {
  if (trace.first() > 0) writer.lines_.add_base(trace.base(), trace.first());
  UnwrittenBytes bytes(trace);
  auto foreign = trace.foreign_lines().begin();
  for (std::uint64_t number = trace.first(); number < trace.end(); ++number) {
    for (; foreign != trace.foreign_lines().end() && foreign->before <= number; ++foreign) {
      writer.lines_.add_foreign(foreign->text);
    }
    const Event& event = trace[number];
    if (event.has_bytes()) bytes.write_for(event, writer.lines_);
    writer.lines_.add_event(event);
    if (writer.lines_.size() >= full_bytes) {
      if (Status sent = writer.send(false); !sent) return sent;
    }
    if (progress && number % events_between_progress == 0 &&
        !progress(number - trace.first(), trace.count())) {
      return Error{"saving the trace was stopped; the file is as it was before"};
    }
  }
  for (; foreign != trace.foreign_lines().end(); ++foreign) {
    writer.lines_.add_foreign(foreign->text);
  }
  bytes.write_rest(writer.lines_);
  writer.settled_to_ = trace.settled_to();
  writer.losses_ = trace.losses();
  Status finished = writer.finish();
  if (finished && progress) progress(trace.count(), trace.count());
  return finished;
}

Status TraceFileWriter::save(const Trace& trace, const std::string& path,
                             const FileProgress& progress) {
  const SavePlace place = place_for(path);
  OutputFile::Options options;
  options.compressed = wants_gzip(path);
  options.shown_path = path;
  auto output = OutputFile::open(place.first, std::move(options));
  if (!output) return Error{output.error()};
  TraceFileWriter writer(std::move(output.value()), trace.symbols());
  writer.lines_.add_header(trace.info());
  Status saved = save_all(trace, writer, progress);
  return settle(place, std::move(saved));
}

}  // namespace roundtrip::trace
