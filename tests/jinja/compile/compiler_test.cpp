#include "jinja/compile/program.hpp"

#include <pgjinja/jinja/environment.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

std::string disassembled(const std::string& text) {
  return Environment().compile("t", text).disassemble();
}

TEST(Compiler, PrintsContextNamesWithoutTheStack) {
  EXPECT_EQ(disassembled("a{{ x }}"),
            "template (slots 0, stack 2)\n"
            "    0 EmitText            'a'\n"
            "    1 EmitName            x\n"
            "    2 Return              \n");
}

TEST(Compiler, ComparesInAChain) {
  EXPECT_EQ(disassembled("{{ 1 < x < 3 }}"),
            "template (slots 0, stack 4)\n"
            "    0 Const               1\n"
            "    1 LoadName            x\n"
            "    2 CompareKeep         2\n"
            "    3 ChainNext           6\n"
            "    4 Const               3\n"
            "    5 Compare             2\n"
            "    6 Emit                1 < x < 3\n"
            "    7 Return              \n");
}

TEST(Compiler, JumpsOutOfEveryPartOfACondition) {
  EXPECT_EQ(disassembled("{% if a and b %}x{% else %}y{% endif %}"),
            "template (slots 0, stack 2)\n"
            "    0 JumpIfNameFalse     4\n"
            "    1 JumpIfNameFalse     1 4\n"
            "    2 EmitText            'x'\n"
            "    3 Jump                5\n"
            "    4 EmitText            'y'\n"
            "    5 Return              \n");
}

TEST(Compiler, KeepsALoopInASlot) {
  EXPECT_EQ(disassembled("{% for x in xs %}{{ x }}{% endfor %}"),
            "template (slots 2, stack 3)\n"
            "    0 LoadName            xs\n"
            "    1 LoopBegin           0\n"
            "    2 LoopNextInto        6\n"
            "    3 StoreLocal          1\n"
            "    4 EmitLocal           1 x\n"
            "    5 Jump                2\n"
            "    6 LoopEnd             0\n"
            "    7 Return              \n");
}

TEST(Compiler, AMacroIsARoutineThatCapturesCells) {
  EXPECT_EQ(disassembled("{% set y = 1 %}{% macro m(a=y) %}{{ a }}{% endmacro %}"),
            "template (slots 2, stack 3)\n"
            "    0 Const               Undefined\n"
            "    1 NewCell             0\n"
            "    2 Const               1\n"
            "    3 StoreCell           0\n"
            "    4 LoadCell            0\n"
            "    5 Export              1 y\n"
            "    6 MakeMacro           m\n"
            "    7 StoreLocal          1\n"
            "    8 LoadLocal           1\n"
            "    9 Export              1 m\n"
            "   10 Return              \n"
            "m (slots 2, stack 3)\n"
            "    0 Jump                4\n"
            "    1 LoadCell            1\n"
            "    2 StoreLocal          0\n"
            "    3 Return              \n"
            "    4 EmitLocal           a\n"
            "    5 Return              \n");
}

/// A routine of these instructions alone.
std::unique_ptr<Program> program_of(std::vector<Instruction> code) {
  auto program = std::make_unique<Program>();
  Routine& routine = program->routines.emplace_back();
  routine.offsets.resize(code.size());
  routine.code = std::move(code);
  return program;
}

TEST(CheckStack, WorksOutTheDeepestStack) {
  const auto program = program_of(
      {{Opcode::Const}, {Opcode::Const}, {Opcode::Binary}, {Opcode::Pop}, {Opcode::Return}});
  check_stack(*program, program->routines[0]);
  EXPECT_EQ(program->routines[0].max_stack, 4U);  // two, and two to spare
}

TEST(CheckStack, RefusesWhatDoesNotAddUp) {
  for (const std::vector<Instruction>& code : {
           std::vector<Instruction>{{Opcode::Pop}, {Opcode::Return}},
           {{Opcode::Jump, 0, 9}, {Opcode::Return}},
           {{Opcode::Const}, {Opcode::JumpIfFalse, 0, 3}, {Opcode::Const}, {Opcode::Return}},
           {{Opcode::Const}},
       }) {
    const auto program = program_of(code);
    EXPECT_THROW(check_stack(*program, program->routines[0]), std::logic_error);
  }
}

}  // namespace
}  // namespace pgjinja::jinja
