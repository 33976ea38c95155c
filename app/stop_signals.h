// SIGINT and SIGTERM as a descriptor and a question, so that every command that runs a server ends
// gracefully: open requests finish and the trace file is complete. Make it before any thread
// starts: the signals are blocked for all threads that start from here on. signalfd(2).
#pragma once

namespace roundtrip::app {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  int fd() const { return fd_; }  // readable once a signal has come
  bool came() const;

 private:
  int fd_;
};

}  // namespace roundtrip::app
