// /files/: what a client may see, conditions, ranges; and names that want out of the folder.
#include <filesystem>
#include <fstream>

#include "core/server/files.h"
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::Phase;

namespace {

class FilesFolder {
 public:
  FilesFolder() {
    const std::filesystem::path root = *folder_.path();
    std::filesystem::create_directories(root / "files" / "deep");
    std::ofstream(root / "files" / "letter.txt") << long_body(20'000);
    std::ofstream(root / "files" / "deep" / "a b.css") << "x";
    std::ofstream(root / "secret.txt") << "secret";
    std::filesystem::create_symlink(root / "secret.txt", root / "files" / "link.txt");
  }
  server::ServerOptions options() {
    server::ServerOptions options;
    options.files_folder = *folder_.path() / "files";
    return options;
  }

 private:
  server::DataFolder folder_{{}};
};

}  // namespace

TEST_CASE("files: a name from the network is made harmless") {
  CHECK(server::safe_file_name("image.jpg") == "image.jpg");
  CHECK(server::safe_file_name("../../etc/passwd") == "passwd");
  CHECK(server::safe_file_name("C:\\evil\\a b.txt") == "a_b.txt");
  CHECK(server::safe_file_name("..") == "file");
  CHECK(server::safe_file_name(".profile") == "profile");
  CHECK(server::safe_file_name("") == "file");
  CHECK(server::safe_file_name(std::string(300, 'x')).size() == 100);
  CHECK(server::safe_file_name("\xc3\xa9\n") == "___");
}

TEST_CASE("files: the whole, its head, a part, and what is beyond its end") {
  FilesFolder folder;
  LiveServer live(folder.options());
  Client client = live.connect();
  const Answer whole = client.ask(get("/files/letter.txt"));
  CHECK(whole.status == 200);
  CHECK(whole.body == long_body(20'000));
  CHECK(whole.field("Content-Type") == "text/plain; charset=utf-8");
  CHECK(whole.field("Accept-Ranges") == "bytes");
  const Answer head = client.ask("HEAD /files/letter.txt HTTP/1.1\r\nHost: test\r\n\r\n", true);
  CHECK(head.field("Content-Length") == "20000");
  const Answer part = client.ask(get("/files/letter.txt", "Range: bytes=2-5\r\n"));
  CHECK(part.status == 206);
  CHECK(part.body == long_body(20'000).substr(2, 4));
  CHECK(part.field("Content-Range") == "bytes 2-5/20000");
  const Answer beyond = client.ask(get("/files/letter.txt", "Range: bytes=20000-\r\n"));
  CHECK(beyond.status == 416);
  CHECK(beyond.field("Content-Range") == "bytes */20000");
  CHECK(client.ask(get("/files/deep/a%20b.css")).body == "x");
  client.close();
  live.wait_until_closed();
  live.check_whole();
}

TEST_CASE("files: a client that has it already is told so (tag, date, If-Range, If-Match)") {
  FilesFolder folder;
  LiveServer live(folder.options());
  Client client = live.connect();
  const Answer first = client.ask(get("/files/letter.txt"));
  const std::string tag = first.field("ETag");
  const std::string date = first.field("Last-Modified");
  const auto status = [&](const std::string& fields) {
    return client.ask(get("/files/letter.txt", fields)).status;
  };
  CHECK(status("If-None-Match: " + tag + "\r\n") == 304);
  CHECK(status("If-None-Match: \"other\"\r\n") == 200);
  CHECK(status("If-Modified-Since: " + date + "\r\n") == 304);
  CHECK(status("If-Match: \"other\"\r\n") == 412);
  CHECK(status("If-Range: \"other\"\r\nRange: bytes=0-1\r\n") == 200);
  CHECK(status("If-Range: " + tag + "\r\nRange: bytes=0-1\r\n") == 206);
  CHECK(client.ask(curl_hello).bytes == 130);
  client.close();
  live.wait_until_closed();
  live.check_whole();
}

TEST_CASE("files: no name leads out of the folder") {
  FilesFolder folder;
  LiveServer live(folder.options());
  for (const char* const path :
       {"/files/..%2fsecret.txt", "/files/deep/..%2f..%2fsecret.txt", "/files/link.txt",
        "/files/%2fetc/passwd", "/files/", "/files/deep", "/files/none.txt"}) {
    CAPTURE(path);
    CHECK(live.connect().ask(get(path)).status == 404);
  }
  // In the open, the dots are taken away before anything is looked for.
  const Answer cleaned = live.connect().ask(get("/files/../secret.txt"));
  CHECK(cleaned.status == 308);
  CHECK(cleaned.field("Location") == "/secret.txt");
  // An escape that is none is refused while it is read, with its byte.
  CHECK(live.connect().ask(get("/files/%zz")).status == 400);
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.first(Phase::ReadRejected).arg("at") == 11U);
}

TEST_CASE("gzip: a long text is compressed for who asks for it, and for nobody else") {
  LiveServer live;
  Client client = live.connect();
  const std::string body = "<!doctype html>" + std::string(30'000, 'x');
  const std::string asks = "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Type: text/html\r\n";
  const auto with_length = [&](const std::string& text) {
    return "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
  };
  const Answer coded = client.ask(asks + "Accept-Encoding: gzip\r\n" + with_length(body));
  CHECK(coded.status == 200);
  CHECK(coded.field("Content-Encoding") == "gzip");
  CHECK(coded.whole);
  CHECK(coded.body.size() < 1'000);
  CHECK(coded.body.substr(0, 2) == "\x1f\x8b");
  const Answer plain = client.ask(asks + with_length(body));
  CHECK(plain.field("Content-Encoding").empty());
  CHECK(plain.field("Vary") == "Accept-Encoding");
  CHECK(plain.body == body);
  // All of it known with the head, and too short to gain anything.
  const std::string middle = "<!doctype html>" + std::string(1'500, 'x');
  const Answer counted = client.ask(asks + "Accept-Encoding: gzip\r\n" + with_length(middle));
  CHECK(counted.field("Content-Encoding") == "gzip");
  CHECK(counted.field("Content-Length") == std::to_string(counted.body.size()));
  CHECK(client.ask(get("/hello", "Accept-Encoding: gzip\r\n")).bytes == 130);
  client.close();
  live.wait_until_closed();
  live.check_whole();
}

TEST_CASE("server: OPTIONS and 405 name the methods, a request id comes back") {
  LiveServer live;
  Client client = live.connect();
  const Answer wrong = client.ask(post("/hello", ""));
  CHECK(wrong.status == 405);
  CHECK(wrong.field("Allow") == "GET, HEAD");
  const Answer asked = client.ask("OPTIONS /hello HTTP/1.1\r\nHost: test\r\n\r\n");
  CHECK(asked.status == 204);
  CHECK(asked.field("Allow") == "GET, HEAD");
  const Answer all = client.ask("OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n");
  CHECK(all.status == 204);
  CHECK(all.field("Allow") == "GET, HEAD, POST");
  CHECK(client.ask(get("/hello", "X-Request-Id: abc-1\r\n")).field("X-Request-Id") == "abc-1");
  CHECK(client.ask(get("/hello", "X-Request-Id: a b\r\n")).field("X-Request-Id").empty());
  client.close();
  live.wait_until_closed();
  live.check_whole();
}
