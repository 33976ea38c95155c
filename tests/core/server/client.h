// Client: a raw blocking HTTP client over a real socket, for tests of the server. It sends exactly
// the bytes it is told to and reads one answer, or to the end. A call that gets nothing for a
// minute gives up, so that a broken server fails a test instead of hanging it.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace roundtrip::testing {

struct Answer {
  int status = 0;
  std::string head;  // with the blank line
  std::string body;  // without chunk frames
  std::size_t bytes = 0;
  bool chunked = false;
  bool whole = false;

  bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
  std::string field(std::string_view name) const {
    const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const std::size_t from = at + 4 + name.size();
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

class Client {
 public:
  struct Options {
    int receive_buffer_bytes = 0;  // 0: the kernel's own
    int segment_bytes = 0;
  };

  explicit Client(std::uint16_t port) : Client(port, Options{}) {}
  Client(std::uint16_t port, Options options)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (options.receive_buffer_bytes > 0) {
      set(SOL_SOCKET, SO_RCVBUF, options.receive_buffer_bytes);
    }
    if (options.segment_bytes > 0) set(IPPROTO_TCP, TCP_MAXSEG, options.segment_bytes);
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_RCVTIMEO, timeval{60, 0});
    set(SOL_SOCKET, SO_SNDTIMEO, timeval{60, 0});
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  Client(Client&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_),
        read_(std::move(other.read_)) {}
  Client& operator=(Client&&) = delete;
  ~Client() { close(); }

  bool connected() const { return connected_; }
  int fd() const { return fd_; }

  // False when the server is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  // Closes with an RST.
  void reset() {
    set(SOL_SOCKET, SO_LINGER, linger{1, 0});
    close();
  }

  // Everything up to the end of the stream, or to its reset.
  std::string read_to_end() {
    while (read_more()) {
    }
    return std::exchange(read_, {});
  }
  // The end that was read last was a RST.
  bool was_reset() const { return reset_; }
  bool at_end() { return read_.empty() && !read_more(); }
  // Whether something has arrived by now; does not wait.
  bool has_bytes() {
    pollfd waiting{fd_, POLLIN, 0};
    return !read_.empty() || poll(&waiting, 1, 0) > 0;
  }
  // Reads at most this much and throws it away.
  bool skip(std::size_t bytes) {
    while (read_.size() < bytes) {
      if (!read_more()) return false;
    }
    read_.erase(0, bytes);
    return true;
  }

  // One answer; `to_head` is one to a HEAD request. `whole` is false when the stream ended first.
  Answer read_answer(bool to_head = false) {
    Answer answer;
    std::size_t end = 0;
    while ((end = read_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return answer;
    }
    answer.head = take(end + 4);
    answer.bytes = answer.head.size();
    if (answer.head.size() > 12) answer.status = std::atoi(answer.head.c_str() + 9);
    const std::string length = answer.field("Content-Length");
    if (to_head || answer.status == 204 || answer.status == 304) {
      answer.whole = true;
    } else if (answer.field("Transfer-Encoding") == "chunked") {
      answer.chunked = true;
      answer.whole = read_chunks(answer);
    } else if (!length.empty()) {
      const std::size_t want = std::strtoull(length.c_str(), nullptr, 10);
      while (read_.size() < want && read_more()) {
      }
      answer.whole = read_.size() >= want;
      answer.body = take(std::min(want, read_.size()));
      answer.bytes += answer.body.size();
    } else {
      answer.body = read_to_end();
      answer.bytes += answer.body.size();
      answer.whole = true;
    }
    return answer;
  }

  Answer ask(std::string_view request, bool to_head = false) {
    send(request);
    return read_answer(to_head);
  }

 private:
  template <class Value>
  void set(int level, int name, Value value) {
    setsockopt(fd_, level, name, &value, sizeof value);
  }
  bool read_more() {
    char buffer[16384];
    const ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
    reset_ = got < 0 && errno == ECONNRESET;
    if (got <= 0) return false;
    read_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  std::string take(std::size_t bytes) {
    std::string taken = read_.substr(0, bytes);
    read_.erase(0, bytes);
    return taken;
  }
  bool read_chunks(Answer& answer) {
    while (true) {
      std::size_t line = 0;
      while ((line = read_.find("\r\n")) == std::string::npos) {
        if (!read_more()) return false;
      }
      const std::size_t bytes = std::strtoull(read_.c_str(), nullptr, 16);
      const std::size_t need = line + 2 + bytes + 2;
      while (read_.size() < need) {
        if (!read_more()) return false;
      }
      answer.body += read_.substr(line + 2, bytes);
      answer.bytes += need;
      read_.erase(0, need);
      if (bytes == 0) return true;
    }
  }

  int fd_;
  bool connected_ = false;
  bool reset_ = false;
  std::string read_;
};

inline std::string get(std::string_view path, std::string_view fields = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n";
}
inline std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: test\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
// The request of the first lesson: 83 bytes, answered with 130.
inline const std::string curl_hello =
    "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.80.0\r\nAccept: */*\r\n\r\n";

// A body whose every part can be told from every other.
inline std::string long_body(std::size_t bytes) {
  std::string body;
  for (std::size_t i = 0; body.size() < bytes; ++i) body += std::to_string(i) + ",";
  body.resize(bytes);
  return body;
}

}  // namespace roundtrip::testing
