// A thread that no signal is delivered to: signals are for the threads that expect them, and what a
// thread inherits is decided where it is made. See pthread_sigmask(3).
#pragma once

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace roundtrip {

template <class Work>
std::thread thread_without_signals(Work work) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(work));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace roundtrip
