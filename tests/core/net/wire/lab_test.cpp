// The lab itself: what it makes, what it must not touch, and that nothing of it stays.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>

#include "core/net/wire/host_setup.h"
#include "tests/core/net/wire/machine_state.h"
#include "tests/core/net/wire/test_lab.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;

namespace {

// Runs a program on a host and returns what it wrote.
std::string output_of(Lab& lab, Host host, std::vector<std::string> words) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const auto child = lab.start(host, {std::move(words), 0, ends[1], 2});
  close(ends[1]);
  std::string text;
  char part[256];
  for (ssize_t got; (got = read(ends[0], part, sizeof part)) > 0;) text.append(part, got);
  close(ends[0]);
  REQUIRE_MESSAGE(child.ok(), child.error());
  int status = 0;
  waitpid(*child, &status, 0);
  CHECK(WIFEXITED(status));
  return text;
}

// The children that a process has now, by descriptors that stay theirs.
std::vector<FileDescriptor> children_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{0}/task/{0}/children", process));
  std::vector<FileDescriptor> all;
  for (pid_t child; file >> child;) {
    all.emplace_back(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  }
  return all;
}

// Another process that has a lab and a program on it; it says so on this descriptor.
pid_t hold_lab_apart(Lab::Way way, int output) {
  const std::string program = lab_options().helper_program;
  const char* const words[] = {program.c_str(), "hold-lab",
                               way == Lab::Way::Root ? "root" : "helper", nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t process = -1;
  REQUIRE(posix_spawn(&process, program.c_str(), &actions, nullptr, const_cast<char* const*>(words),
                      environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

bool ends_within(const FileDescriptor& process, int milliseconds) {
  pollfd one{process.get(), POLLIN, 0};
  return poll(&one, 1, milliseconds) == 1;
}

}  // namespace

TEST_CASE("lab: two hosts with their addresses, a way out of neither (by root, by helper)") {
  for (const Lab::Way way : {Lab::Way::Root, Lab::Way::Helper}) {
    const auto lab = make_lab(way);
    if (lab == nullptr) continue;
    CHECK(lab->address(Host::Client) == "192.168.1.50");
    for (const Host host : both_hosts) {
      const std::string addresses = output_of(*lab, host, {"cat", "/proc/net/fib_trie"});
      CHECK(addresses.find(lab->address(host)) != addresses.npos);
      const std::string interfaces = output_of(*lab, host, {"cat", "/proc/net/dev"});
      // Two lines of heading, lo and tun0.
      CHECK(std::count(interfaces.begin(), interfaces.end(), '\n') == 4);
      const auto socket = lab->socket(host, AF_INET, SOCK_DGRAM);
      REQUIRE_MESSAGE(socket.ok(), socket.error());
      ifreq request{};
      std::strcpy(request.ifr_name, "tun0");
      CHECK(ioctl(socket.value().get(), SIOCGIFTXQLEN, &request) == 0);
      CHECK(request.ifr_qlen == 20'000);
      sockaddr_in outside{};
      outside.sin_family = AF_INET;
      outside.sin_port = htons(53);
      inet_pton(AF_INET, "9.9.9.9", &outside.sin_addr);
      CHECK(connect(socket.value().get(), reinterpret_cast<sockaddr*>(&outside), sizeof outside) ==
            -1);
      CHECK(errno == ENETUNREACH);
    }
  }
}

TEST_CASE("lab: the machine's own interfaces, addresses and settings stay as they were") {
  const std::string before = machine_network();
  REQUIRE(before.size() > 1000);
  {
    const auto lab = make_lab();
    if (lab == nullptr) return;
    HostKnobs knobs;
    knobs.accept_limit = 7;
    knobs.syn_retries = 2;
    knobs.congestion_control = "cubic";
    for (const Host host : both_hosts) lab->set(host, knobs);
    CHECK(machine_network() == before);
  }
  wait_until_labs_are_gone();
  CHECK(machine_network() == before);
}

TEST_CASE("lab: a thread that is still where the program began is not let on") {
  const ino_t here = network_namespace_inode();
  REQUIRE(here != 0);
  const FileDescriptor own(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  CHECK(enter_namespace(own.get(), here) == EPERM);
  // Not known where the program is: nothing is made.
  CHECK(make_host({"192.168.1.50"}, 0).failed_step != nullptr);
  CHECK(network_namespace_inode() == here);
  CHECK(write_knob("../kernel/hostname", "x") == EINVAL);
}

TEST_CASE("lab: knobs hold on one host only (by root, by helper)") {
  for (const Lab::Way way : {Lab::Way::Root, Lab::Way::Helper}) {
    const auto lab = make_lab(way);
    if (lab == nullptr) continue;
    HostKnobs knobs;
    knobs.accept_limit = 7;
    knobs.most_rto_ms = 1000;
    knobs.congestion_control = "cubic";
    knobs.receive_buffer_bytes = 16384;
    // A namespace may choose among what the machine allows to all, which it says of none.
    bool cubic = true;
    for (const std::string& sentence : lab->set(Host::Server, knobs)) {
      MESSAGE(sentence);
      cubic &= sentence.find("'cubic'") == sentence.npos;
    }
    const auto read = [&](Host host, const char* name) {
      return output_of(*lab, host, {"cat", std::string("/proc/sys/net/") + name});
    };
    CHECK(read(Host::Server, "core/somaxconn") == "7\n");
    CHECK(read(Host::Client, "core/somaxconn") != "7\n");
    CHECK(read(Host::Client, "ipv4/tcp_congestion_control") == "reno\n");
    CHECK(read(Host::Server, "ipv4/tcp_congestion_control") == (cubic ? "cubic\n" : "reno\n"));
    CHECK(read(Host::Server, "ipv4/tcp_rto_max_ms") == "1000\n");
    CHECK(read(Host::Server, "ipv4/tcp_rmem") == "4096\t16384\t16384\n");
    HostKnobs wrong;
    wrong.congestion_control = "no-such";
    const auto sentences = lab->set(Host::Client, wrong);
    REQUIRE(sentences.size() == 1);
    CHECK(sentences[0].find("'no-such'") != std::string::npos);
  }
}

TEST_CASE("lab: a program runs on a host, and one that is not there is a sentence") {
  for (const Lab::Way way : {Lab::Way::Root, Lab::Way::Helper}) {
    const auto lab = make_lab(way);
    if (lab == nullptr) continue;
    CHECK(output_of(*lab, Host::Client, {"echo", "hello"}) == "hello\n");
    // It has the three descriptors, and the one by which it lists them.
    CHECK(output_of(*lab, Host::Client, {"ls", "/proc/self/fd"}) == "0\n1\n2\n3\n");
    const auto none = lab->start(Host::Client, {{"/no/such/program"}});
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().find("'/no/such/program'") != std::string::npos);
    CHECK(none.error().find("No such file") != std::string::npos);
  }
}

TEST_CASE("lab: what can't be made is told with the step and why") {
  LabOptions options = lab_options();
  options.server.address = "not-an-address";
  const auto attempt = Lab::create(Lab::Way::Helper, options);
  CHECK(attempt.lab == nullptr);
  if (attempt.failure.step == "ioctl(SIOCSIFADDR)") CHECK(attempt.failure.error == EINVAL);
  options.helper_program = "/no/such/program";
  const auto no_helper = Lab::create(Lab::Way::Helper, options);
  REQUIRE(no_helper.lab == nullptr);
  CHECK(no_helper.failure.sentence() == "start /no/such/program failed: No such file or directory");
  options.helper_program = "/bin/true";
  const auto wrong_helper = Lab::create(Lab::Way::Helper, options);
  REQUIRE(wrong_helper.lab == nullptr);
  CHECK(wrong_helper.failure.step == "the helper's answer");
}

TEST_CASE("lab: 50 times made and let go of, it leaves no descriptor, thread or process") {
  for (const Lab::Way way : {Lab::Way::Root, Lab::Way::Helper}) {
    if (make_lab(way) == nullptr) continue;
    wait_until_labs_are_gone();
    const std::size_t descriptors = open_descriptors();
    for (int i = 0; i < 50; ++i) {
      const auto lab = make_lab(way);
      REQUIRE(lab != nullptr);
      REQUIRE(lab->socket(Host::Server, AF_INET, SOCK_STREAM).ok());
      // Not all at once: each waits for the kernel with the others.
      if (i % 10 == 9) wait_until_labs_are_gone();
    }
    wait_until_labs_are_gone();
    CHECK(open_descriptors() == descriptors);
    CHECK(child_processes() == 0);
  }
}

TEST_CASE("lab: after SIGKILL nothing is left, neither helper nor a program on a host") {
  for (const Lab::Way way : {Lab::Way::Root, Lab::Way::Helper}) {
    if (make_lab(way) == nullptr) continue;
    wait_until_labs_are_gone();
    int ready[2];
    REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
    const pid_t child = hold_lab_apart(way, ready[1]);
    close(ready[1]);
    char made = 0;
    REQUIRE(read(ready[0], &made, 1) == 1);
    CHECK(made == 'y');
    const std::vector<FileDescriptor> descendants = children_of(child);
    CHECK(descendants.size() == (way == Lab::Way::Helper ? 2 : 1));
    for (const FileDescriptor& one : descendants) CHECK_FALSE(ends_within(one, 0));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    for (const FileDescriptor& one : descendants) CHECK(ends_within(one, 10'000));
    close(ready[0]);
  }
}
