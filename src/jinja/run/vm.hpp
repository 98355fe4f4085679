#pragma once

#include "jinja/compile/program.hpp"
#include "jinja/environment_state.hpp"
#include "jinja/run/activation.hpp"
#include "jinja/run/changes.hpp"
#include "jinja/run/frame_stack.hpp"
#include "jinja/run/objects.hpp"

#include <pgjinja/core/context.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <cstdint>
#include <forward_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// Runs a program once: context in, fragment out. One Vm for one rendering.
class Vm {
 public:
  Vm(const EnvironmentState& environment, Fragment& out);
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  /// @throws as Template::render()
  void render(const std::shared_ptr<const Program>& program, const Context& context);

 private:
  using Locals = std::vector<std::pair<std::string_view, Value>>;

  /// The registers of one running routine. `top` is one behind the topmost entry of the stack,
  /// whose free entries are always null.
  struct Call {
    Activation& activation;
    const Program& program;
    const Routine& routine;
    Value* frame;
    Value* top;

    void push(Value&& value) { new (top++) Value(std::move(value)); }
    void push(const Value& value) { new (top++) Value(value); }
    Value pop() { return std::move(*--top); }
    void drop() { (--top)->reset(); }
  };

  /// Bounds how deep macros and includes recurse on the machine's stack.
  class DepthGuard {
   public:
    explicit DepthGuard(Vm& vm);
    ~DepthGuard() { --vm_.depth_; }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;

   private:
    Vm& vm_;
  };

  template <class... Args>
  Activation& new_activation(Args&&... args) {
    Activation& made = !first_activation_ ? first_activation_.emplace(std::forward<Args>(args)...)
                                          : activations_.emplace_front(std::forward<Args>(args)...);
    if (thaws_) made.thaw(*changes_);
    return made;
  }
  Activation& activate(const std::shared_ptr<const Program>& program, const Context* context,
                       const Activation* outer, Locals locals);
  void run_program(Activation& activation);
  void run_routine(Activation& activation, const Routine& routine, Value* frame,
                   std::uint32_t from);
  void execute(Call& call, const Instruction* next);
  void locate(Error& error, const Call& call, const Instruction* failed) const;
  void spend() {
    if (--fuel_ == 0) charge(1);
  }

  // printing
  void emit(const PrintSite& site, const Value& value, const Activation& activation);
  void emit_other(const PrintSite& site, const Value& value, const Activation& activation);
  void emit_fragment(const PrintSite& site, const Fragment& fragment);
  void refuse_undefined(const Value& value, const Activation& activation) const;
  [[nodiscard]] Error unknown_name(const Value& value, const Activation& activation) const;
  [[nodiscard]] bool truth(const Call& call, const Value& value) const;
  [[nodiscard]] bool other_truth(const Call& call, const Value& value) const;
  void check_strict(const Value& value, const Activation& activation) const;
  void count_output(std::size_t bytes) {
    output_left_ -= static_cast<std::int64_t>(bytes);
    if (output_left_ < 0) too_much_output();
  }
  void count_pieces(std::size_t number) {
    pieces_left_ -= static_cast<std::int64_t>(number);
    if (pieces_left_ < 0) too_many_pieces();
  }
  [[noreturn]] void too_much_output() const;
  [[noreturn]] void too_many_pieces() const;
  void begin_capture();
  Fragment take_capture();
  Value end_capture();

  // operations with more than one line
  void loop_begin(Call& call, std::uint32_t slot, bool recursive);
  Value new_cell(Value initial);
  void unpack(Call& call, std::uint32_t count);
  void build_list(Call& call, std::uint32_t count, bool tuple);
  void build_dict(Call& call, std::uint32_t count);
  void concat(Call& call, const PrintSite& site, std::uint32_t count);
  [[nodiscard]] Value attribute(const Value& object, const NameRef& name) const;
  [[noreturn]] static void unknown_callee(const Call& call, const Instruction& in);
  void filter(Call& call, const CallSite& site);
  void test(Call& call, const CallSite& site);
  void call(Call& call, const CallSite& site);
  void call_method(Call& call, const CallSite& site);
  Value call_value(const Value& callee, const CallSite& site, const Args& args);
  Value call_macro(const Macro& macro, const Args& args);
  void enter_macro(const Macro& macro, Value* frame) const;
  void bind_arguments(const Macro& macro, const Args& args, Value* frame);
  void bind_extras(const Macro& macro, const Args& args, Value* frame);
  Value make_macro(Call& call, const Routine& routine);
  Value fresh(Value value, bool cell) { return cell ? new_cell(std::move(value)) : value; }
  void run_loop(Call& call);
  void run_loop_code(const Value& code, const Value& iterable, std::int64_t depth);
  Value call_loop(const Loop& loop, const Args& args);
  static void check_namespace(const Value& object);
  void store_attribute(Call& call, const NameRef& name);

  // other templates: vm_templates.cpp
  [[nodiscard]] Locals visible_locals(const Call& call, std::size_t index) const;
  void include(Call& call, const Instruction& in);
  void import(Call& call, const Instruction& in);
  Value module(const std::shared_ptr<const Program>& program, const Activation* outer,
               Locals locals);
  void import_name(Call& call, const Instruction& in);
  [[nodiscard]] Value not_exported(const Call& call, const Module& from,
                                   const Instruction& in) const;
  void extends(Call& call);
  void render_parent(Call& call);
  void block(Call& call, const BlockSite& site);
  [[nodiscard]] Value super(Activation& activation) const;
  void run_block(Activation& context, std::string_view name, std::uint32_t depth, Locals locals);
  Value call_block(const BlockReference& block);
  Lineage& new_lineage(const std::shared_ptr<const Program>& program);
  [[nodiscard]] std::shared_ptr<const Program> find_included(const Value& names,
                                                             bool ignore_missing) const;
  void charge(std::uint64_t work);
  void charge_result(const Value& value);
  void charge_built(const Value& value);
  void charge_operand(const Value& value);
  void charge_comparison(const Value& left, const Value& right);

  // lists and maps that change: vm_changes.cpp
  void begin_changes(const Program& program);
  Value run_method(const Value& self, std::string_view name, const Args& args);
  Value frozen(const Value& value);
  [[nodiscard]] std::uint64_t extent(const Value& value);
  void check_arguments(std::string_view callee, const Args& args);
  void check_extents(const Args& args);
  Value apply(const FilterEntry& filter, const Value& input, const Args& args);
  Value call_function(const Function& function, const Args& args);

  const EnvironmentState& environment_;
  Fragment* out_;
  std::vector<std::unique_ptr<Fragment>> captures_;  // outputs that a capture has put aside
  std::vector<Fragment*> outputs_;
  FrameStack frames_;
  std::optional<Activation> first_activation_;  // mostly there is no other
  std::forward_list<Activation> activations_;
  std::optional<Changes> changes_;  // where lists and maps may change
  bool thaws_ = false;              // those of the context, too
  bool careful_;                    // arguments have to be checked: strictness, or something grew
  std::vector<std::shared_ptr<Lineage>> lineages_;
  std::vector<std::pair<const Program*, Value>> modules_;  // those imported without context
  std::vector<Value> cells_;       // all that were made: a macro that reads itself is a cycle
  std::vector<Value> namespaces_;  // likewise: one may hold itself, as may a loop that was asked
                                   // for what changed
  std::uint64_t rendering_;        // tells its macros from those of other renderings
  std::uint64_t fuel_;
  std::int64_t output_left_;
  std::int64_t pieces_left_;
  std::uint32_t depth_ = 0;
};

}  // namespace pgjinja::jinja
