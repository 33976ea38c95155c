#include "tests/core/http/llhttp/account.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/http/message.h"

namespace roundtrip::http {
namespace {

using nlohmann::json;

// llhttp.js writes a byte as the character with its number.
std::string bytes_of(const std::string& utf8) {
  std::string bytes;
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    const auto c = static_cast<unsigned char>(utf8[at]);
    if (c < 0x80) {
      bytes += utf8[at];
    } else {
      const auto low = static_cast<unsigned char>(utf8[++at]);
      bytes += static_cast<char>((c & 3) << 6 | (low & 0x3f));
    }
  }
  return bytes;
}

std::vector<std::string> texts_of(const json& list) {
  std::vector<std::string> texts;
  for (const json& text : list) texts.push_back(bytes_of(text.get<std::string>()));
  return texts;
}

std::string fields_text(const std::vector<std::string>& fields) {
  std::string text;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    text += fmt::format(" [{}: {}]", escaped(fields[i]), escaped(fields[i + 1]));
  }
  return text;
}

}  // namespace

Account account_of(const Reading& reading, std::string_view text) {
  const StreamBytes bytes{text, 0};
  const auto string_of = [&](ByteRange range) { return std::string(bytes.slice(range)); };
  Account account;
  Request request;
  Taken taken;
  std::size_t told = 0;
  for (const Token& token : reading.tokens) {
    request.apply(token);
    if (const auto* piece = std::get_if<BodyPiece>(&token)) taken.body += bytes.slice(piece->bytes);
    if (const auto* trailer = std::get_if<Trailer>(&token)) {
      taken.trailers.push_back(string_of(trailer->name));
      taken.trailers.push_back(string_of(trailer->value));
    }
    ++told;
    const bool complete = account.requests.size() < reading.ends.size() &&
                          reading.ends[account.requests.size()] == told;
    if (!complete && !(request.ready && told == reading.tokens.size())) continue;
    taken.method = string_of(request.method_text);
    taken.target = string_of(request.target);
    taken.version = fmt::format("{}.{}", request.version_major, request.version_minor);
    for (std::size_t i = 0; i < request.header_count(); ++i) {
      taken.headers.push_back(string_of(request.header_name(i)));
      taken.headers.push_back(string_of(request.header_value(i)));
    }
    taken.keep_alive = request.keep_alive;
    taken.head_end = request.head.end();
    if (complete) {
      const auto* body = std::get_if<BodyComplete>(&token);
      taken.end = body == nullptr ? request.head.end() : body->body.end();
    }
    account.requests.push_back(std::exchange(taken, {}));
    request = Request();
  }
  if (const auto& failure = reading.failure) {
    account.refusal = {std::string(failure->name()), failure->offset, failure->error};
  }
  return account;
}

Account account_of_line(const std::string& line) {
  const json told = json::parse(line);
  Account account;
  for (const json& message : told.at("messages")) {
    Taken& taken = account.requests.emplace_back();
    taken.method = message.at("method");
    taken.target = bytes_of(message.at("target"));
    taken.version = message.at("version");
    taken.headers = texts_of(message.at("headers"));
    taken.trailers = texts_of(message.at("trailers"));
    taken.body = bytes_of(message.at("body"));
    taken.keep_alive = message.at("keep_alive");
    taken.upgrade = message.at("upgrade");
    taken.head_end = message.at("head_end");
    if (!message.at("end").is_null()) taken.end = message.at("end");
  }
  if (told.contains("code")) account.refusal = {told.at("code"), told.at("at"), {}};
  return account;
}

std::string Account::text() const {
  std::string text;
  for (const Taken& taken : requests) {
    text += fmt::format("  {} {} HTTP/{}{}\n    head to {}, {}, {}{}; body \"{}\"{}\n",
                        escaped(taken.method), escaped(taken.target), taken.version,
                        fields_text(taken.headers), taken.head_end,
                        taken.end ? fmt::format("complete at {}", *taken.end) : "not complete",
                        taken.keep_alive ? "stays" : "closes", taken.upgrade ? ", upgrades" : "",
                        escaped(taken.body), fields_text(taken.trailers));
  }
  if (refusal) text += fmt::format("  {} at {}\n", refusal->code, refusal->at);
  return text;
}

bool has_field(const std::vector<std::string>& fields, std::string_view name) {
  for (std::size_t i = 0; i < fields.size(); i += 2) {
    if (equal_ignoring_case(fields[i], name)) return true;
  }
  return false;
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    switch (c) {
      case '\r':
        text += "\\r";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\t':
        text += "\\t";
        break;
      case '"':
        text += "\\\"";
        break;
      case '\\':
        text += "\\\\";
        break;
      default:
        if (c >= 0x20 && c < 0x7f) {
          text += c;
        } else {
          text += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
        }
    }
  }
  return text;
}

}  // namespace roundtrip::http
