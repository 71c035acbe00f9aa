// NVRTC on a machine without CUDA: the C++ compiler of the system makes a library for the processor of a text. Its bytes are
// called CUBIN here as well; only the emulated driver takes them. To start the compiler takes longer than to compile most kernels,
// so one library may have many texts that were known before: then the bytes end with the number of the text.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <vector>

extern char **environ;

namespace {
enum Result { SUCCESS = 0, INVALID_INPUT = 3, INVALID_PROGRAM = 4, INVALID_OPTION = 5, COMPILATION = 6 };

struct Program {
  std::string text, log, image;
};

std::mutex mutex;
std::map<long, Program> programs;
/** What was compiled before, by the text. */
std::map<std::string, std::string> compiled;
long created = 0;
/** As in the driver: the code with which a call is to fail. */
int (*wanted)(const char *name) = nullptr;

/** The folder above that of this library, which has the headers and takes the files of a compilation. */
std::string folder() {
  Dl_info info;
  dladdr((void *) folder, &info);
  std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/', path.rfind('/') - 1));
}

std::string contents(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/** The options that CUDA's compiler must get so that results have the bits of the processor; these are all it may get. */
bool known(const std::string &option) {
  return option == "--fmad=false" || option == "--prec-div=true" || option == "--prec-sqrt=true" ||
         option == "--ftz=false" || option.rfind("--gpu-architecture=sm_", 0) == 0;
}

/** Adds a text in a namespace of its own, with a description of each of its kernels behind it. */
void describe(std::string &all, const std::string &text, const std::string &number) {
  const std::string language = "extern \"C\" ", kernel = language + "__global__ void ", bounds = "__launch_bounds__(";
  const char *synchronizes = text.find("__syncthreads") == std::string::npos ? "false" : "true";
  all += "#undef EMULATED_SHARED\n#define EMULATED_SHARED \"emulated_shared_" + number + "\"\nEMULATED_TEXT(" + number +
         ")\nnamespace text_" + number + " {\n#line 1 \"kernel.cu\"\n";
  std::string descriptions;
  size_t end = 0;
  for (size_t at; (at = text.find(kernel, end)) != std::string::npos;) {
    size_t name = at + kernel.size();
    if (text.compare(name, bounds.size(), bounds) == 0) name = text.find(") ", name) + 2;
    descriptions += "EMULATED_KERNEL(" + number + ", " + text.substr(name, text.find('(', name) - name) + ", " +
                    synchronizes + ")\n";
    // In C's language two kernels of the same name would be one.
    all.append(text, end, at - end);
    end = at + language.size();
  }
  all.append(text, end, std::string::npos);
  all += "\n" + descriptions + "}\n";
}

/**
 * Compiles texts into one library; what C leaves undefined traps, such as an index outside of an array or an address that is not
 * aligned.
 */
Result compile(const std::vector<std::string> &texts, std::string &log, std::string &image) {
  static std::atomic<int> number{0};
  const std::string at = folder() + "/kernel" + std::to_string(++number);
  const std::string source = at + ".cpp", library = at + ".so", said = at + ".log";
  std::string all = "#include \"prelude.h\"\n";
  for (size_t i = 0; i < texts.size(); i++) describe(all, texts[i], std::to_string(i));
  std::ofstream(source) << all;
  std::vector<std::string> words = {"g++", "-O1", "-march=native", "-ffp-contract=off", "-w", "-pipe",
      "-fPIC", "-shared", "-nostdlib", "-fvisibility=hidden", "-fno-exceptions", "-fsanitize=undefined",
      "-fsanitize=float-cast-overflow", "-fsanitize-undefined-trap-on-error", source, "-lm", "-o", library};
  std::vector<char *> arguments;
  for (auto &word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t process;
  int status = -1;
  if (posix_spawnp(&process, "g++", &files, nullptr, arguments.data(), environ) == 0) {
    waitpid(process, &status, 0);
  }
  posix_spawn_file_actions_destroy(&files);
  log = contents(said);
  image = contents(library);
  for (const std::string &file : {source, library, said}) unlink(file.c_str());
  return status == 0 ? SUCCESS : COMPILATION;
}

/** The image of a text of a library. */
std::string imageOf(const std::string &library, int text) {
  return library + std::string((const char *) &text, sizeof text);
}

/** Does what a call asks with a program, unless a test wants it to fail. */
template <class Body> int with(const char *call, long handle, Body body) {
  std::lock_guard<std::mutex> lock(mutex);
  int code = wanted == nullptr ? 0 : wanted(call);
  if (code != 0) return code;
  auto found = programs.find(handle);
  return found == programs.end() ? INVALID_PROGRAM : body(found->second);
}

}  // namespace

extern "C" {
/** See the driver. */
int emulatedWant(int (*function)(const char *name)) {
  wanted = function;
  return 0;
}

/** Compiles texts before they are asked for, with one call of the compiler; none of them if one cannot be compiled. */
int emulatedCompile(int count, const char *const *texts) {
  std::string log, library;
  std::vector<std::string> all(texts, texts + count);
  Result result = compile(all, log, library);
  if (result == SUCCESS) {
    std::lock_guard<std::mutex> lock(mutex);
    for (int i = 0; i < count; i++) compiled[all[i]] = imageOf(library, i);
  }
  return result;
}

/** A version that no real NVRTC has. */
int nvrtcVersion(int *major, int *minor) {
  *major = 12;
  *minor = 99;
  return SUCCESS;
}

int nvrtcGetNumSupportedArchs(int *count) {
  *count = 1;
  return SUCCESS;
}

int nvrtcGetSupportedArchs(int *all) {
  all[0] = 90;
  return SUCCESS;
}

int nvrtcCreateProgram(long *program, const char *text, const char *, int headers, const char *const *,
    const char *const *) {
  if (headers != 0) return INVALID_INPUT;
  std::lock_guard<std::mutex> lock(mutex);
  programs[*program = ++created].text = text;
  return SUCCESS;
}

int nvrtcCompileProgram(long handle, int count, const char *const *options) {
  return with("nvrtcCompileProgram", handle, [&](Program &program) -> int {
    for (int i = 0; i < count; i++) {
      if (!known(options[i])) return INVALID_OPTION;
    }
    auto before = compiled.find(program.text);
    if (before != compiled.end()) {
      program.image = before->second;
      return SUCCESS;
    }
    std::string library;
    Result result = compile({program.text}, program.log, library);
    if (result == SUCCESS) program.image = compiled[program.text] = imageOf(library, 0);
    return result;
  });
}

int nvrtcDestroyProgram(long *handle) {
  std::lock_guard<std::mutex> lock(mutex);
  return programs.erase(*handle) == 1 ? SUCCESS : INVALID_PROGRAM;
}

int nvrtcGetProgramLogSize(long handle, size_t *bytes) {
  return with("nvrtcGetProgramLogSize", handle, [&](Program &p) { return *bytes = p.log.size() + 1, SUCCESS; });
}

int nvrtcGetProgramLog(long handle, char *to) {
  return with("nvrtcGetProgramLog", handle,
      [&](Program &p) { return std::memcpy(to, p.log.c_str(), p.log.size() + 1), SUCCESS; });
}

int nvrtcGetCUBINSize(long handle, size_t *bytes) {
  return with("nvrtcGetCUBINSize", handle, [&](Program &p) { return *bytes = p.image.size(), SUCCESS; });
}

int nvrtcGetCUBIN(long handle, char *to) {
  return with("nvrtcGetCUBIN", handle, [&](Program &p) { return std::memcpy(to, p.image.data(), p.image.size()), SUCCESS; });
}
}
