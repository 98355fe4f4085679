#pragma once

#include <cstdint>
#include <string_view>

namespace pgjinja::jinja {

// The instruction set: OP(name, operand, stack effect, meaning). An effect of kVaries depends on
// the operand and is worked out in Routine::max_stack(). From this one table come the enum, the
// disassembler and the stack check.
inline constexpr int kVaries = 127;

#define PGJINJA_OPCODES(OP)                                                                  \
  OP(Const, Constant, 1, "push a constant")                                                  \
  OP(LoadName, Name, 1, "push a name of the context, a global, or undefined")                \
  OP(LoadLocal, Slot, 1, "push a local")                                                     \
  OP(StoreLocal, Slot, -1, "pop into a local")                                               \
  OP(NewCell, Slot, -1, "pop into a new cell, which a macro can capture, in a local")        \
  OP(LoadCell, Slot, 1, "push what the local's cell holds")                                  \
  OP(StoreCell, Slot, -1, "pop into the local's cell")                                       \
  OP(Pop, None, -1, "drop the top")                                                          \
  OP(EmitText, Text, 0, "print constant text")                                               \
  OP(Emit, Site, -1, "pop and print")                                                        \
  OP(EmitName, Site, 0, "print the name in the site's count, as LoadName and Emit")          \
  OP(EmitLocal, Site, 0, "print the local in count, as LoadLocal and Emit")                  \
  OP(BeginCapture, None, 0, "from here on print into a new fragment")                        \
  OP(EndCapture, None, 1, "stop that and push the fragment")                                 \
  OP(Jump, Target, 0, "go on at the target")                                                 \
  OP(JumpIfFalse, Target, -1, "pop; go to the target if it is false")                        \
  OP(JumpIfTrue, Target, -1, "pop; go to the target if it is true")                          \
  OP(JumpIfNameFalse, Target, 0, "go to the target if the name in count is false")           \
  OP(JumpIfNameMissing, Target, 0, "go to the target if the name in count is undefined")     \
  OP(JumpIfFalseElsePop, Target, -1, "go to the target if the top is false, else drop it")   \
  OP(JumpIfTrueElsePop, Target, -1, "go to the target if the top is true, else drop it")     \
  OP(LoopBegin, Slot, -1, "pop an iterable and put a loop over it into a local")             \
  OP(LoopNext, Target, 1, "push the next item of the loop in count, or go to the target")    \
  OP(LoopNextInto, Target, 1, "as LoopNext and the StoreLocal that stands behind it")        \
  OP(LoopItem, Slot, 1, "push the item that the loop is at")                                 \
  OP(LoopFilterNext, Target, 1, "the same, while the loop's filter is running")              \
  OP(LoopFilterKeep, Slot, -1, "pop; the candidate stays in the loop if it is true")         \
  OP(JumpIfLooped, Target, 0, "go to the target if the loop in count had an iteration")      \
  OP(JumpIfDone, Target, 0, "go to the target if the loop in count had one LoopDone")        \
  OP(LoopDone, Slot, 0, "the loop's iteration came to its end")                              \
  OP(LoopCounter, Counter, 1, "push a number or flag of the loop in count: index, last …")   \
  OP(LoopEnd, Slot, 0, "drop the loop in a local")                                           \
  OP(RunLoop, None, -2, "pop a recursive loop's code and an iterable, and run it")           \
  OP(Unpack, Count, kVaries, "pop a sequence of that length and push its items, last first") \
  OP(BuildList, Count, kVaries, "pop items, push a list")                                    \
  OP(BuildTuple, Count, kVaries, "pop items, push a tuple")                                  \
  OP(BuildDict, Count, kVaries, "pop keys and values, push a map")                           \
  OP(Attribute, Name, 0, "replace an object by its attribute")                               \
  OP(CheckNamespace, None, -1, "pop; refuse what is no namespace")                           \
  OP(StoreAttribute, Name, -2, "pop a namespace and a value, which becomes its attribute")   \
  OP(Item, None, -1, "pop an index; replace the object below by its item")                   \
  OP(Slice, None, -3, "pop step, stop, start; replace the object below by its slice")        \
  OP(Negate, None, 0, "-a")                                                                  \
  OP(Positive, None, 0, "+a")                                                                \
  OP(Not, None, 0, "not a")                                                                  \
  OP(Binary, Operator, -1, "a op b")                                                         \
  OP(Compare, Comparison, -1, "a op b as bool")                                              \
  OP(CompareKeep, Comparison, 0, "replace a, b by b and a op b")                             \
  OP(ChainNext, Target, -1, "drop a true top; on a false one drop what is below it and go")  \
  OP(Concat, Site, kVaries, "pop count values, push them joined as text or fragment")        \
  OP(UnknownCallee, CallSite, 0, "refuse a filter or test that there is not")                \
  OP(Filter, CallSite, kVaries, "apply a filter to the value below its arguments")           \
  OP(Test, CallSite, kVaries, "apply a test to the value below its arguments")               \
  OP(Call, CallSite, kVaries, "call what is below the arguments")                            \
  OP(CallMethod, CallSite, kVaries, "call a method of the value below the arguments")        \
  OP(MakeMacro, Macro, 1, "push a macro that closes over the captured cells")                \
  OP(LoadSelf, None, 1, "push `self`, the blocks of the template")                           \
  OP(LoadSuper, None, 1, "push `super`, the block that the running one overrides")           \
  OP(Include, Flags, -1, "pop a name or names and render that template here")                \
  OP(Import, Flags, 0, "replace a template's name by its module")                            \
  OP(ImportName, Name, 1, "push what the module on top exports by that name")                \
  OP(Export, Name, -1, "pop what a top-level name has become; count: others may import it")  \
  OP(Extends, None, -1, "pop a name: that template is rendered when this one ends")          \
  OP(JumpIfExtended, Target, 0, "go to the target if a template was extended")               \
  OP(RenderParent, None, 0, "render the template that was extended, if one was")             \
  OP(Block, Block, 0, "render the block of that name, as the last template defines it")      \
  OP(Return, None, 0, "end of the routine")

enum class Opcode : std::uint8_t {
#define OP(name, operand, effect, meaning) name,
  PGJINJA_OPCODES(OP)
#undef OP
};

enum class Operand : std::uint8_t {
  None,
  Constant,
  Name,
  Slot,
  Text,
  Site,
  Target,
  Count,
  Operator,
  Comparison,
  CallSite,
  Macro,
  Flags,
  Block,
  Counter
};

struct OpcodeInfo {
  std::string_view name;
  Operand operand;
  int effect;
};

inline constexpr OpcodeInfo kOpcodes[] = {
#define OP(name, operand, effect, meaning) {#name, Operand::operand, effect},
    PGJINJA_OPCODES(OP)
#undef OP
};

constexpr const OpcodeInfo& info(Opcode op) { return kOpcodes[static_cast<std::size_t>(op)]; }

/// One instruction. `count` is a second, small operand that some opcodes have.
struct Instruction {
  Opcode op = Opcode::Return;
  std::uint16_t count = 0;
  std::uint32_t operand = 0;
};
static_assert(sizeof(Instruction) == 8);

}  // namespace pgjinja::jinja
