// /upload: a form with files over real sockets; what stays in the folder, and what does not.
#include <filesystem>
#include <fstream>

#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::Phase;

namespace {

const std::string boundary = "----x";

std::string part(const std::string& disposition, const std::string& data) {
  return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" +
         data + "\r\n";
}
std::string form(const std::string& parts) { return parts + "--" + boundary + "--\r\n"; }
std::string head(std::size_t length, const std::string& fields = "") {
  return "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=" +
         boundary + "\r\n" + fields + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}
std::string upload(const std::string& body) { return head(body.size()) + body; }

class UploadServer {
 public:
  UploadServer() {
    server::ServerOptions options;
    options.data_folder = *folder_.path();
    live.emplace(options);
  }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    const std::filesystem::path uploads = *folder_.path() / "uploads";
    if (!std::filesystem::exists(uploads)) return names;
    for (const auto& entry : std::filesystem::directory_iterator(uploads)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string content(const std::string& name) {
    std::ifstream file(*folder_.path() / "uploads" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  server::DataFolder folder_{{}};

 public:
  std::optional<LiveServer> live;
};

}  // namespace

TEST_CASE("upload: a file of 5 MB arrives whole, in pieces, and where the time went is told") {
  UploadServer server;
  Client client = server.live->connect();
  const std::string data = long_body(5 * 1024 * 1024);
  const Answer answer = client.ask(upload(
      form(part("name=\"title\"", "no file") + part("name=\"f\"; filename=\"image.jpg\"", data))));
  CHECK(answer.status == 201);
  CHECK(answer.body == "Saved image.jpg, 5242880 bytes\n");
  CHECK(server.content("image.jpg") == data);
  // The same name again does not write over it.
  CHECK(client.ask(upload(form(part("name=\"f\"; filename=\"../image.jpg\"", "other")))).body ==
        "Saved 2-image.jpg, 5 bytes\n");
  CHECK(server.files() == std::vector<std::string>{"2-image.jpg", "image.jpg"});
  CHECK(server.content("image.jpg") == data);
  client.close();
  server.live->wait_until_closed();
  server.live->check_whole();
  CHECK(server.live->recording.count(Phase::HandleDiskWrite) > 4);
  CHECK(server.live->recording.all<std::uint64_t>(Phase::HandleStep, "spent").size() == 6);
}

TEST_CASE("upload: one that breaks off, or is no form, leaves nothing behind") {
  UploadServer server;
  const std::string begun = part("name=\"f\"; filename=\"half.jpg\"", long_body(1'000'000));
  {
    Client client = server.live->connect();
    client.send(head(2'000'000) + begun.substr(0, 900'000));
    server.live->wait_for(
        [](const trace::Event& event) { return event.phase == Phase::HandleDiskWrite; });
    client.reset();
  }
  {
    // The last boundary is missing.
    Client client = server.live->connect();
    const Answer answer = client.ask(head(begun.size()) + begun);
    CHECK(answer.status == 400);
  }
  CHECK(server.live->connect().ask(upload(form(part("name=\"a\"", "b")))).status == 400);
  CHECK(server.live->connect().ask(post("/upload", "x")).status == 415);
  server.live->wait_until_closed();
  CHECK(server.files().empty());
  server.live->check_whole();
}

TEST_CASE("server: 100 Continue comes when the body is wanted, and the refusal when it is not") {
  UploadServer server;
  const std::string body = form(part("name=\"f\"; filename=\"a\"", "x"));
  Client client = server.live->connect();
  client.send(head(body.size(), "Expect: 100-continue\r\n"));
  const Answer interim = client.read_answer(true);
  CHECK(interim.status == 100);
  client.send(body);
  CHECK(client.read_answer().status == 201);
  Client refused = server.live->connect();
  const Answer large = refused.ask(head(100'000'000, "Expect: 100-continue\r\n"));
  CHECK(large.status == 413);
  CHECK(refused.at_end());
  Client unread = server.live->connect();
  const Answer nowhere = unread.ask(
      "POST /nothing HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  CHECK(nowhere.status == 404);
  CHECK(nowhere.has("Connection: close\r\n"));
  client.close();
  refused.close();
  unread.close();
  server.live->wait_until_closed();
  server.live->check_whole();
  CHECK(server.live->recording.count(Phase::TransmitContinue) == 1);
}
