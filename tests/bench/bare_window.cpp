// The least that any window costs on a display: GLFW, an OpenGL context like the program's, one
// frame of nothing. start.sh measures it beside the program's own first frame.
#include <GLFW/glfw3.h>

#include <chrono>
#include <cstdio>

int main() {
  if (glfwInit() != GLFW_TRUE) return 1;
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  GLFWwindow* window = glfwCreateWindow(1280, 720, "bare", nullptr, nullptr);
  if (window == nullptr) return 1;
  glfwMakeContextCurrent(window);
  glfwSwapBuffers(window);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::printf("frame 1 at %lld\n",
              static_cast<long long>(
                  std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()));
  std::fflush(stdout);
  glfwTerminate();
  return 0;
}
