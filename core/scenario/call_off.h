// CallOff: calls off a run or a load from another thread. Every wait of its clients watches the
// descriptor and ends when it becomes readable: the run ends with an error, a load with what it has
// by then. Once called off it stays so. eventfd(2).
#pragma once

namespace roundtrip::scenario {

class CallOff {
 public:
  CallOff();
  ~CallOff();
  CallOff(const CallOff&) = delete;
  CallOff& operator=(const CallOff&) = delete;

  void call_off();
  bool called_off() const;
  int fd() const { return fd_; }  // readable once called off; -1 where the kernel gave none

 private:
  int fd_;
};

}  // namespace roundtrip::scenario
