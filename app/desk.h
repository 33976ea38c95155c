// Desk: what stands between the screen and the session. It owns both the recording that is shown
// and how it is looked at (cursor, view state), takes in what is new once a frame, plays, and does
// what panels ask for: steps by `apply`, holds, and by an errand whatever takes time: it sends,
// runs, saves, opens, and starts the server anew for another lesson. No call of it waits.
// The window calls update, draws `draw_screen(view(), cursor(), state())`, and hands the actions to
// act. It knows no window and no ImGui, so tests drive it headless.
// Both pauses are kept apart: pausing the view never pauses the server.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/desk_errand.h"
#include "app/session.h"
#include "app/settings.h"
#include "viz/model/actions.h"
#include "viz/model/trace_view.h"

namespace roundtrip::app {

struct DeskOptions {
  std::string scenario = "01-hello";  // the lesson that is ready; empty: none
  std::string file;                   // the name of the file that is shown, where it is one
  std::string notice;                 // shown until it is put away
  std::filesystem::path settings;     // where they are kept; empty: nowhere
  StartServer start = Session::start;  // passed in, so that a test can make it fail
  MeasureLoads measure = measure_apart;  // and so that a test measures itself
};

class Desk {
 public:
  Desk(std::unique_ptr<Session> session, DeskOptions options);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // Once a frame, before drawing; `elapsed` since the last call. Returns whether what is to be seen
  // has changed. Takes at most events_a_frame into the index, so that a flood never stops the view.
  static constexpr std::size_t events_a_frame = 50'000;
  bool update(Duration elapsed);
  // Does what was asked for, in order. Returns whether that may have changed what is to be seen.
  bool act(const viz::Actions& actions);
  // The window is asked to close. False while a file is being written, which closes it then, and
  // while what was recorded is in no file: that is asked first, and the second time it closes.
  bool may_close();
  // The answer to that was given.
  bool closed() const { return closed_; }
  // Something moves by itself: the next frame should come soon.
  bool restless() const;

  viz::TraceView view() const;
  const viz::Cursor& cursor() const { return shown_.cursor; }
  const viz::ViewState& state() const { return state_; }
  Session& session() { return *shown_.session; }

 private:
  // A recording and where it is looked at.
  struct Recording {
    std::unique_ptr<Session> session;
    std::unique_ptr<viz::LaneIndex> lanes;
    std::unique_ptr<viz::Statistics> statistics;
    viz::Cursor cursor;
    bool begun = false;   // the cursor was put on the first phase
    bool serves = false;  // a server runs in it
    bool stopped = false;  // its server has stopped, as a lesson wanted
    bool recorded = false;       // here, not read from a file
    std::optional<Instant> saved_to;  // what happened until then is in a file
    std::string address;  // where
    std::string file;     // its name, where it is none
    std::shared_ptr<const viz::MeasuredModels> measured;  // beside the file
    std::uint32_t errands = 0;  // so many times something was sent or run
  };
  static Recording recording_of(std::unique_ptr<Session> session, std::string file = {});
  static viz::TraceView view_of(const Recording& recording);
  // Where it listens on this machine; where that is nowhere, in the lab.
  static std::uint16_t port_here(const server::Server& server);

  bool take_news();
  void follow_news(std::uint64_t old_end);
  void show_only_the_new();
  void give_up_jump();
  void watch_gate();
  viz::HeldRequest held_request(const Recording& recording);
  void go_to_held();
  void keep_what_is_looked_at();
  void tell_status();
  void tell_progress();
  void tell(std::string sentence, bool good_news = false);

  void do_for_session(const viz::Action& action);
  void do_at_gate(const viz::Action& action);
  void step_past_the_end();
  void give_up_step();
  void send();
  void run_lesson();
  void go_to_stop(std::uint32_t stop);
  void look_for_stop();
  void begin_lesson_run();
  void choose(const std::string& scenario);
  void choose_model(trace::Model model);
  void compare_models();
  void do_at_wire(const std::string& acts);
  void change_backlog(const std::string& typed);
  void tell_wire();
  void set_links_of_lesson();
  // Where the wire, a held request and the view stand.
  struct Stops {
    net::PacketId newest_packet = 0;
    std::size_t under_way = 0;
    std::uint32_t packets_held = 0;
    std::uint64_t at_gate = 0;
    bool paused = false;
    bool operator==(const Stops&) const = default;
  };
  void list_sockets_at(const Stops& now);
  void keep_measured(const viz::MeasuredModels& measured);
  void make_ready(const std::string& scenario);
  void start_anew();
  enum class Afterwards : std::uint8_t { Nothing, Send, Run };
  bool starts_server_for(Afterwards what);
  void see_whether_it_stopped();
  void load_lesson(const std::string& scenario);
  void save(const std::string& path);
  void ask_for_file(bool save, const std::string& path, const std::string& problem = "");
  std::string name_for_file() const;
  void open(const std::string& path);
  void dismiss();
  void ask_before_leaving(viz::Leaving leaving, std::string lesson);
  void leave();
  std::uint64_t unsaved_requests() const;

  void finish_errand(ErrandResult result);
  void finish_open(ErrandResult result);
  void finish_save(const ErrandResult& result);
  void finish_compare(const ErrandResult& result);
  void finish_restart(ErrandResult result);
  bool errand_is(ErrandKind kind) const { return errand_.under_way() && errand_.kind() == kind; }

  void show(Recording recording);
  void show_live();
  Recording* serving();
  // The session whose server may be asked for something; none while it starts anew.
  Session* live();

  viz::ViewState state_;
  Settings settings_;
  bool settings_touched_ = false;  // since they were last compared
  Recording shown_;
  std::optional<Recording> behind_;  // the live one, while a file is shown
  std::optional<scenario::Scenario> lesson_;
  Errand errand_;
  std::string errand_words_;    // "Saving x", while that is under way
  std::string may_overwrite_;   // the path that was warned of
  std::string last_file_;       // that was saved or opened last
  viz::Leaving leaving_ = viz::Leaving::Nothing;  // what waits until the trace is saved
  std::string leaving_for_;                       // the lesson that was chosen
  std::optional<trace::Model> model_wanted_;      // what is to carry connections from then on
  std::optional<trace::Model> model_chosen_;      // and does; without it, what the lesson wants
  std::string saved_words_;  // where the trace went that is left, told beside the new one
  bool closed_ = false;

  // The server starts anew, or will when the errand is over; with these options but the lesson's.
  bool restarting_ = false;
  bool restart_wanted_ = false;
  Afterwards afterwards_ = Afterwards::Nothing;  // what waits for the new server
  std::optional<server::ServerOptions> server_options_;
  StartServer start_;
  MeasureLoads measure_;

  // What loads cost under each model, as far as this session has measured it.
  std::shared_ptr<const viz::MeasuredModels> measured_;
  // The cursor was taken to this connection while one request alone was shown: its own is to be
  // shown as soon as it has a number. 0: none.
  std::uint32_t only_of_conn_ = 0;

  // While a request of ours is awaited: the cursor goes to what comes from here on, until all that
  // happened before the errand's end is known.
  std::optional<std::uint64_t> jump_from_;
  std::optional<Instant> jump_until_;
  std::optional<std::uint32_t> stop_wanted_;  // of the lesson that runs, from 0
  // Next was pressed at the end, while a request is held: the cursor goes on with what comes, until
  // all is known of the way to the next stop.
  bool step_on_news_ = false;
  std::uint64_t stops_before_step_ = 0;
  std::optional<Instant> step_until_;

  // A request was caught: the cursor goes to its stop when that is told.
  bool go_to_held_ = false;

  // In the last frame, and when the sockets were listed last.
  Stops stops_seen_;
  Stops stops_listed_;

  // The gate as it was seen last, and what was learnt of the request that it has.
  server::PhaseGate::Status gate_;
  std::uint32_t gate_request_ = 0;  // 0: it had no number yet
  std::string gate_client_;
  std::optional<Duration> client_gone_;
};

}  // namespace roundtrip::app
