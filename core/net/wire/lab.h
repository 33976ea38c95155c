// The lab: two hosts of their own on this machine, each a network namespace with an address and one
// TUN interface whose other end is ours. What the hosts say to each other goes through `end`, and
// nowhere else: neither reaches the machine's network, nor is that network touched.
// Made by root directly, or without root by a helper in a user namespace (helper.h). Any thread may
// use it. Letting go of it returns at once: the kernel takes some 50 ms, which pass in the
// background. When this process is killed, nothing stays. See network_namespaces(7).
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/file_descriptor.h"
#include "core/base/result.h"
#include "core/net/wire/frame_end.h"
#include "core/net/wire/host.h"

namespace roundtrip::net {

struct LabOptions {
  HostOptions client{"192.168.1.50"};
  HostOptions server{"192.168.1.100"};
  // By the helper: the program to start, and its words; the number of a descriptor is added.
  std::string helper_program = "/proc/self/exe";
  std::string helper_word = "lab-helper";
};

// Why there is no lab: the step that failed, the kernel's word, and what would help.
struct LabFailure {
  std::string step;  // "unshare(CLONE_NEWNET)", "open /dev/net/tun"
  int error = 0;     // errno
  std::string lift;  // a sentence; may be empty

  std::string sentence() const;
};

// What a process on a host is started with. It ends with the thread that started it.
struct HostProcess {
  std::vector<std::string> words;  // the program, found along PATH, and its arguments
  int input = 0;                   // descriptors that become 0, 1 and 2
  int output = 1;
  int errors = 2;
};

// The door into the namespaces, which differs by who made them.
class HostDoor {
 public:
  virtual ~HostDoor() = default;
  // socket(2) in the namespace of the host; errno where it fails.
  virtual FileDescriptor socket(Host host, int domain, int type, int protocol, int& error) = 0;
  // Writes to /proc/sys/net/`path` of the host. 0 or errno.
  virtual int set_knob(Host host, const std::string& path, const std::string& value) = 0;
  virtual int network_namespace(Host host) const = 0;
  virtual int user_namespace() const = 0;  // -1: the program's own
};

class Lab {
 public:
  enum class Way : std::uint8_t { Root, Helper };
  // What creation returns: a lab, or why there is none.
  struct Attempt {
    std::unique_ptr<Lab> lab;
    LabFailure failure;
  };
  static Attempt create(Way way, const LabOptions& options = {});

  Lab(Way way, LabOptions options, std::unique_ptr<HostDoor> door, FileDescriptor client_tun,
      FileDescriptor server_tun);
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab();

  Way way() const { return way_; }
  const std::string& address(Host host) const;
  FrameEnd& end(Host host) { return host == Host::Client ? client_end_ : server_end_; }

  // A socket that belongs to the host, whoever uses it: bind, listen and connect from any thread.
  // Close-on-exec; `type` as socket(2) has it.
  Result<FileDescriptor> socket(Host host, int domain, int type, int protocol = 0);
  // The sentences that say what could not be set, and why.
  std::vector<std::string> set(Host host, const HostKnobs& knobs);
  // Starts a program on the host; the caller waits for it (waitpid). It does not inherit
  // descriptors but the three.
  Result<pid_t> start(Host host, const HostProcess& process);

 private:
  Way way_;
  LabOptions options_;
  std::unique_ptr<HostDoor> door_;
  DescriptorEnd client_end_;
  DescriptorEnd server_end_;
};

// Waits until the kernel has taken down what was let go of in the background.
void wait_until_labs_are_gone();

}  // namespace roundtrip::net
