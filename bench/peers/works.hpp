#pragma once

#include <functional>
#include <map>
#include <string>

/// What a program of the benchmark can be asked for. A work is done so many times under the clock;
/// the sums over what came, by which the answers of all programs are compared, are made when the
/// clock has stopped.

using Sums = std::function<std::string()>;
using Work = std::function<Sums(int times)>;
using Works = std::map<std::string, Work>;

/// Answers each line "WORK TIMES" of the standard input with "SECONDS CPU_SECONDS SUMS", until
/// there are no more. CPU time is this process's, all threads together.
void serve(const Works& works);

/// `made` itself as sums that are known already.
Sums known(std::string made);
