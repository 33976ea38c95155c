#include "app/window.h"

#include <imgui.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
// After ImGui's own.
#include <GLFW/glfw3.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/desk.h"
#include "app/window_diary.h"
#include "core/base/clock.h"
#include "viz/screen.h"

namespace roundtrip::app {
namespace {

// While nothing moves, the window wakes this often to look for new events, and draws only when
// there are some.
constexpr double idle_wait_s = 0.1;
constexpr double moving_wait_s = 1.0 / 60;
// ImGui answers an input in the frame after it: each input is worth a few frames.
constexpr int frames_an_input = 3;

std::string glfw_problem() {
  const char* words = nullptr;
  glfwGetError(&words);
  return words != nullptr ? words : "no reason was given";
}

// GLFW, from start to end.
struct Library {
  bool started = glfwInit() == GLFW_TRUE;
  Library() = default;
  ~Library() {
    if (started) glfwTerminate();
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

// A hidden window: it is shown when there is something to show in it.
GLFWwindow* create_window() {
  constexpr int width = 1280;
  constexpr int height = 720;
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  return glfwCreateWindow(width, height, "Roundtrip", nullptr, nullptr);
}

// The window, from start to end.
struct Window {
  GLFWwindow* handle = create_window();
  Window() = default;
  ~Window() {
    if (handle != nullptr) glfwDestroyWindow(handle);
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
};

// What has come in since the last frame.
struct Input {
  struct Tap {
    int key = 0;
    int modifiers = 0;
  };
  int frames_due = frames_an_input;
  std::vector<Tap> taps;
};

Input& input_of(GLFWwindow* window) {
  return *static_cast<Input*>(glfwGetWindowUserPointer(window));
}
void wake(GLFWwindow* window) { input_of(window).frames_due = frames_an_input; }

// A key that went down and up again between two frames is down for one frame. ImGui does this by
// itself from 1.87 on; before, a tap was lost where frames are slow.
class Taps {
 public:
  explicit Taps(Input& input) {
#if IMGUI_VERSION_NUM < 18700
    ImGuiIO& io = ImGui::GetIO();
    for (const Input::Tap& tap : input.taps) {
      // The modifier may be up again while the key that it was held for is still down.
      io.KeyCtrl = io.KeyCtrl || (tap.modifiers & GLFW_MOD_CONTROL) != 0;
      io.KeyShift = io.KeyShift || (tap.modifiers & GLFW_MOD_SHIFT) != 0;
      io.KeyAlt = io.KeyAlt || (tap.modifiers & GLFW_MOD_ALT) != 0;
      if (tap.key < 0 || io.KeysDown[tap.key]) continue;
      io.KeysDown[tap.key] = true;
      down_.push_back(tap.key);
    }
#endif
    input.taps.clear();
  }
  ~Taps() {
#if IMGUI_VERSION_NUM < 18700
    ImGuiIO& io = ImGui::GetIO();
    for (const int key : down_) io.KeysDown[key] = false;
    io.KeyCtrl = io.KeysDown[GLFW_KEY_LEFT_CONTROL] || io.KeysDown[GLFW_KEY_RIGHT_CONTROL];
    io.KeyShift = io.KeysDown[GLFW_KEY_LEFT_SHIFT] || io.KeysDown[GLFW_KEY_RIGHT_SHIFT];
    io.KeyAlt = io.KeysDown[GLFW_KEY_LEFT_ALT] || io.KeysDown[GLFW_KEY_RIGHT_ALT];
#endif
  }
  Taps(const Taps&) = delete;
  Taps& operator=(const Taps&) = delete;

 private:
  std::vector<int> down_;
};

// Every input makes frames; ImGui chains to these callbacks, which are set before its own.
void listen_to_input(GLFWwindow* window, Input* input) {
  glfwSetWindowUserPointer(window, input);
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double, double) { wake(w); });
  glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int) { wake(w); });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int, int, int) { wake(w); });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double, double) { wake(w); });
  glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int modifiers) {
    wake(w);
    if (action == GLFW_PRESS) input_of(w).taps.push_back({key, modifiers});
  });
  glfwSetCharCallback(window, [](GLFWwindow* w, unsigned) { wake(w); });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int) { wake(w); });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { wake(w); });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { wake(w); });
  glfwSetWindowContentScaleCallback(window, [](GLFWwindow* w, float, float) { wake(w); });
}

// The look that the window has at a moment: what the view state asks for, on this display.
struct Look {
  viz::ThemeKind theme = viz::ThemeKind::Light;
  bool projector = false;
  float scale = 1;
  bool operator==(const Look&) const = default;
};

Look look_of(const viz::ViewState& state, GLFWwindow* window) {
  // Where window coordinates are pixels, words grow with the display's scale; elsewhere the
  // frame buffer does.
  float scale = 1;
  int width = 0, height = 0, pixel_width = 0, pixel_height = 0;
  glfwGetWindowSize(window, &width, &height);
  glfwGetFramebufferSize(window, &pixel_width, &pixel_height);
  if (width == pixel_width) glfwGetWindowContentScale(window, &scale, nullptr);
  return {state.theme, state.projector,
          scale * viz::scale_in_force(state.text_scale, state.projector)};
}

viz::Theme theme_of(const Look& look) {
  return viz::make_theme(look.theme, look.projector, look.scale);
}

// A theme and its fonts, drawn into an atlas: slow, and nothing in it needs a display.
struct Dress {
  Look look;
  viz::Theme theme;
  std::unique_ptr<ImFontAtlas> atlas = std::make_unique<ImFontAtlas>();
  viz::Fonts fonts;

  explicit Dress(const Look& wanted)
      : look(wanted),
        theme(theme_of(wanted)),
        fonts(viz::load_fonts(theme, *atlas)) {
#if IMGUI_VERSION_NUM < 19200
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    atlas->GetTexDataAsRGBA32(&pixels, &width, &height);
#endif
  }
};

// ImGui with its two backends, and the theme and fonts that are in force.
class Painter {
 public:
  Painter(GLFWwindow* window, Dress dress) : window_(window), dress_(std::move(dress)) {
    IMGUI_CHECKVERSION();
    ImGui::CreateContext(dress_.atlas.get());
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    ImGui_ImplGlfw_InitForOpenGL(window, true);
    ImGui_ImplOpenGL3_Init("#version 150");
    use_dress();
  }
  ~Painter() {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
  }
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  void put_on(const Look& look) {
    if (look == dress_.look) return;
    if (look.projector == dress_.look.projector && look.scale == dress_.look.scale) {
      dress_.look = look;
      dress_.theme = theme_of(look);
    } else {
      Dress fresh(look);
#if IMGUI_VERSION_NUM < 19200
      ImGui_ImplOpenGL3_DestroyFontsTexture();
#endif
      ImGui::GetIO().Fonts = fresh.atlas.get();
      dress_ = std::move(fresh);
#if IMGUI_VERSION_NUM < 19200
      ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
    }
    use_dress();
  }
  const viz::Registry& registry() const { return registry_; }

  viz::Actions frame(const Desk& desk) {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    const viz::Canvas canvas = viz::begin_screen(dress_.theme, dress_.fonts, registry_);
    viz::Actions actions = draw_screen(desk.view(), desk.cursor(), desk.state(), canvas);
    viz::end_screen();
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    glfwSwapBuffers(window_);
    return actions;
  }

 private:
  void use_dress() {
    viz::apply_style(dress_.theme);
    viz::use_fonts(dress_.fonts);
  }

  GLFWwindow* window_;
  Dress dress_;
  viz::Registry registry_;
};

// "Roundtrip: 02-keep-alive", of a file its name.
std::string title_of(const viz::ViewState& state) {
  const std::string& file = state.session.file;
  const std::string what = !file.empty() ? file : state.lesson ? state.lesson->scenario : "";
  return what.empty() ? "Roundtrip" : fmt::format("Roundtrip: {}", what);
}

// Until the window is closed, a signal comes, or the frames that were asked for are drawn.
void run(GLFWwindow* window, Desk& desk, Input& input, Dress dress, const StopSignals& signals) {
  int& frames_due = input.frames_due;
  Painter painter(window, std::move(dress));
  painter.put_on(look_of(desk.state(), window));
  WindowDiary diary(diary_is_asked_for());
  const unsigned most_frames = frames_asked_for();
  std::int64_t last_ns = monotonic_ns();
  unsigned drawn = 0;
  std::string title;
  while (!desk.closed() && !signals.came()) {
    if (glfwWindowShouldClose(window) == GLFW_TRUE) {
      if (desk.may_close()) return;
      glfwSetWindowShouldClose(window, GLFW_FALSE);
      frames_due = std::max(frames_due, 1);
    }
    if (frames_due > 0 || most_frames > 0) {
      glfwPollEvents();
    } else {
      // A text field's cursor blinks.
      const bool moves = desk.restless() || ImGui::GetIO().WantTextInput;
      glfwWaitEventsTimeout(moves ? moving_wait_s : idle_wait_s);
    }
    const std::int64_t now_ns = monotonic_ns();
    const bool news = desk.update(Duration::nanoseconds(now_ns - last_ns));
    last_ns = now_ns;
    if (news) frames_due = std::max(frames_due, 1);
    if (ImGui::GetIO().WantTextInput) frames_due = std::max(frames_due, 1);
    if (frames_due == 0 && most_frames == 0) continue;
    frames_due = std::max(0, frames_due - 1);
    painter.put_on(look_of(desk.state(), window));
    if (std::string now = title_of(desk.state()); now != title) {
      title = std::move(now);
      glfwSetWindowTitle(window, title.c_str());
    }
    const Taps taps(input);
    if (desk.act(painter.frame(desk))) frames_due = std::max(frames_due, 2);
    diary.frame(desk, painter.registry());
    if (most_frames > 0 && ++drawn >= most_frames) return;
  }
}

}  // namespace

bool display_is_set() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

Status open_window(const std::function<Result<WindowContent>()>& content,
                   const StopSignals& signals) {
  // The display takes its time, so what does not need it is made meanwhile.
  auto made = std::async(std::launch::async, [&content] {
    auto shown = content();
    return std::pair(std::move(shown), Dress(Look{}));
  });
  const Library library;
  if (!library.started) {
    return Error{fmt::format("the display can't be opened ({}): check DISPLAY, or unset it to read "
                             "the story as text", glfw_problem())};
  }
  const Window window;
  if (window.handle == nullptr) {
    return Error{fmt::format("no window with OpenGL 3.2 can be made on this display ({}): "
                             "`roundtrip run 01-hello` tells the story as text", glfw_problem())};
  }
  glfwMakeContextCurrent(window.handle);
  glfwSwapInterval(1);
  auto [shown, dress] = made.get();
  if (!shown) return Error{shown.error()};
  Input input;
  listen_to_input(window.handle, &input);
  std::string notice = shown->notice;
  if (!dress.fonts.notice.empty()) {
    notice += fmt::format("{}{}", notice.empty() ? "" : "; ", dress.fonts.notice);
  }
  Desk desk(std::move(shown->session),
            {shown->scenario, shown->file, std::move(notice), settings_file()});
  glfwShowWindow(window.handle);
  print(shown->said);
  run(window.handle, desk, input, std::move(dress), signals);
  return Nothing{};
}

}  // namespace roundtrip::app
