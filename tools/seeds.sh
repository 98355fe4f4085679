# Sourced by what needs the seeds of a fuzz target.

# Prints the directory that they are in; those that are kept as one archive are unpacked.
seeds_of() { # TARGET
  local archive=fuzz/corpus/$1.tar.gz unpacked=build/fuzz/seeds/$1
  if [ ! -e "$archive" ]; then
    echo "fuzz/corpus/$1"
    return
  fi
  rm -rf "$unpacked"
  mkdir -p "$unpacked"
  tar -C "$unpacked" -xf "$archive"
  echo "$unpacked"
}
