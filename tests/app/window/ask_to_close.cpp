// ask_to_close WINDOW: asks a window to close, as a window manager does when its cross is clicked
// (ICCCM 4.2.8.1, WM_DELETE_WINDOW). For tests/app/window, where no window manager runs.
#include <X11/Xlib.h>

#include <cstdlib>

int main(int count, char** words) {
  Display* display = XOpenDisplay(nullptr);
  if (count != 2 || display == nullptr) return EXIT_FAILURE;
  XEvent event{};
  event.xclient.type = ClientMessage;
  event.xclient.window = std::strtoul(words[1], nullptr, 10);
  event.xclient.message_type = XInternAtom(display, "WM_PROTOCOLS", False);
  event.xclient.format = 32;
  event.xclient.data.l[0] =
      static_cast<long>(XInternAtom(display, "WM_DELETE_WINDOW", False));
  XSendEvent(display, event.xclient.window, False, NoEventMask, &event);
  XCloseDisplay(display);
  return EXIT_SUCCESS;
}
