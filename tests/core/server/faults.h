// Faults that a test makes the machine have, each for as long as it lives: no descriptors, no
// memory for another thread's stack, a disk that is full.
#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace roundtrip::testing {

// The sanitizer that checks the types of objects reads them through a pipe. Without a descriptor
// left for that it takes every object for a wrong one.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool descriptors_may_run_out = false;
#else
inline constexpr bool descriptors_may_run_out = true;
#endif

// No more than `more` descriptors can be opened.
class FewDescriptors {
 public:
  explicit FewDescriptors(int more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    // The free ones are used from the lowest on.
    std::vector<int> next;
    for (int i = 0; i <= more; ++i) next.push_back(dup(STDERR_FILENO));
    for (const int fd : next) close(fd);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(next.back());
    setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

// Each new thread would get a stack for which there are no addresses.
class NoThreads {
 public:
  NoThreads() {
    pthread_attr_init(&before_);
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    pthread_attr_init(&huge);
    pthread_attr_setstacksize(&huge, std::size_t{1} << 50);
    pthread_setattr_default_np(&huge);
    pthread_attr_destroy(&huge);
  }
  ~NoThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;

 private:
  pthread_attr_t before_;
};

// A folder on a disk of 1 MiB, where this process may mount one; else one in which no file may
// grow beyond that.
class SmallDisk {
 public:
  SmallDisk() {
    std::string name = (std::filesystem::temp_directory_path() / "roundtrip-disk-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=1m") == 0;
    if (mounted_) return;
    on_signal_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    limit_files(1 << 20);
  }
  ~SmallDisk() {
    if (mounted_) {
      umount2(folder_.c_str(), MNT_DETACH);
    } else {
      setrlimit(RLIMIT_FSIZE, &before_);
      std::signal(SIGXFSZ, on_signal_);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  // Not only each of its files.
  bool is_full_as_a_whole() const { return mounted_; }
  // Takes what room there is.
  void fill() {
    if (!mounted_) return limit_files(0);
    const int file = open((folder_ / "filler").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const std::string page(4096, 'f');
    while (write(file, page.data(), page.size()) > 0) continue;
    close(file);
  }
  void make_room() {
    if (!mounted_) return limit_files(1 << 20);
    std::filesystem::remove(folder_ / "filler");
  }

 private:
  void limit_files(rlim_t bytes) {
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }

  std::filesystem::path folder_;
  bool mounted_ = false;
  rlimit before_{};
  void (*on_signal_)(int) = SIG_DFL;
};

}  // namespace roundtrip::testing
