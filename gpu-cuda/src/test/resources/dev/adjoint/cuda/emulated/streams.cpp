// Streams and events of the emulated driver.
#include <chrono>

#include "driver.h"

namespace {
Table<Stream> streams{"stream"};
Table<Event> events{"event"};

/** How many streams this thread captures. */
thread_local int captures = 0;

/** Runs the work of a stream up to a position. What fails, fails for good: the context is lost. */
void runUntil(Stream &stream, uint64_t position) {
  while (stream.done < position) {
    auto work = std::move(stream.work.front());
    stream.work.pop_front();
    stream.done++;
    try {
      work();
    } catch (Failure &failure) {
      of(stream.context).lost = failure.code;
      stream.done = stream.enqueued;
      stream.work.clear();
      throw;
    }
  }
}

void run(Stream &stream) { runUntil(stream, stream.enqueued); }

double now() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
}  // namespace

void runAll(Handle context) {
  for (auto &[_, stream] : streams.all) {
    if (stream.context == context) run(stream);
  }
}

void enqueue(Handle stream, std::function<void()> work) {
  Stream &to = streams[stream];
  mustBeCurrent(to.context, "stream");
  if (to.capture != 0) throw Failure(CAPTURE_UNSUPPORTED, "work that is not captured here");
  to.work.push_back(std::move(work));
  to.enqueued++;
}

Handle captureOf(Handle stream) {
  mustBeCurrent(streams[stream].context, "stream");
  return streams[stream].capture;
}

void mustNotCapture() {
  if (captures > 0) throw Failure(CAPTURE_UNSUPPORTED, "this must not be called while a stream is captured");
}

Handle capture(Handle stream, Handle graph) {
  Handle before = captureOf(stream);
  captures += (graph != 0) - (before != 0);
  streams[stream].capture = graph;
  return before;
}

void loseStreams(Handle context) {
  eraseOf(streams, context);
  eraseOf(events, context);
}

int aliveStreams() { return streams.all.size() + events.all.size(); }

extern "C" {
/** The work of all streams that nobody has waited for. */
int emulatedPending() {
  int pending = 0;
  for (auto &[_, stream] : streams.all) pending += stream.work.size();
  return pending;
}

int cuStreamCreate(Handle *stream, unsigned) {
  return call("cuStreamCreate", [=] { streams.all[*stream = newHandle()].context = context(); });
}

int cuStreamDestroy_v2(Handle stream) {
  return call("cuStreamDestroy", [=] {
    mustBeCurrent(streams[stream].context, "stream");
    run(streams[stream]);
    streams.all.erase(stream);
  });
}

int cuStreamSynchronize(Handle stream) {
  return call("cuStreamSynchronize", [=] {
    mustNotCapture();
    mustBeCurrent(streams[stream].context, "stream");
    run(streams[stream]);
  });
}

int cuEventCreate(Handle *event, unsigned flags) {
  return call("cuEventCreate", [=] { events.all[*event = newHandle()] = {context(), (flags & 2) == 0}; });
}

int cuEventDestroy_v2(Handle event) {
  return call("cuEventDestroy", [=] {
    mustBeCurrent(events[event].context, "event");
    events.all.erase(event);
  });
}

int cuEventRecord(Handle event, Handle stream) {
  return call("cuEventRecord", [=] {
    Event &it = events[event];
    mustBeCurrent(it.context, "event");
    enqueue(stream, [=] {
      auto found = events.all.find(event);
      if (found != events.all.end()) found->second.milliseconds = now();
    });
    it.stream = stream;
    it.position = streams[stream].enqueued;
  });
}

int cuEventSynchronize(Handle event) {
  return call("cuEventSynchronize", [=] {
    mustNotCapture();
    Event &it = events[event];
    mustBeCurrent(it.context, "event");
    auto stream = streams.all.find(it.stream);
    if (stream != streams.all.end()) runUntil(stream->second, it.position);
  });
}

int cuStreamWaitEvent(Handle stream, Handle event, unsigned flags) {
  return call("cuStreamWaitEvent", [=] {
    Event &it = events[event];
    mustBeCurrent(it.context, "event");
    if (flags != 0) throw Failure(INVALID_VALUE, "a wait has no flags");
    Handle other = it.stream;
    uint64_t position = it.position;
    enqueue(stream, [=] {
      auto found = streams.all.find(other);
      if (found != streams.all.end()) runUntil(found->second, position);
    });
  });
}

int cuEventElapsedTime(float *milliseconds, Handle start, Handle end) {
  return call("cuEventElapsedTime", [=] {
    if (!events[start].timing || !events[end].timing) throw Failure(INVALID_HANDLE, "an event without a clock");
    if (events[start].milliseconds < 0 || events[end].milliseconds < 0) throw Failure(600, "an event that has not happened");
    *milliseconds = events[end].milliseconds - events[start].milliseconds;
  });
}
}
