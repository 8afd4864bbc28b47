# Which Java ./foco runs, and what makes it start quickly. Read by ./foco.

java=
java_version=
java_release= # the file of that name in the JDK
java_options=()
java_advice='Install a JDK 17 (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless; macOS: brew install --cask temurin@17) or point JAVA_HOME at one.'

# Paths where a Java may be, a line each, the user's choice first.
possible_javas() {
  local version folder
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME/bin/java"
  if [ -x /usr/libexec/java_home ]; then # macOS, where /usr/bin/java may be a stub
    for version in 17 21 18 19 20 22 23 17+; do
      folder=$(/usr/libexec/java_home -F -v $version) && printf '%s\n' "$folder/bin/java"
    done
  fi
  command -v java || true
  for folder in "${HOME:-}"/.sdkman/candidates/java/* /usr/lib/jvm/*; do printf '%s\n' "$folder/bin/java"; done
}

# Sets java_version and java_release for the Java $1.
read_version() {
  java_release=$(dirname -- "$(dirname -- "$(behind_links "$1")")")/release
  if [ -f "$java_release" ]; then # Starting a Java only to ask its version would cost more than the rest of this script.
    java_version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$java_release")
  else
    java_version=$("$1" -version 2>&1 </dev/null | sed -n 's/.* version "\([^"]*\)".*/\1/p') || true
  fi
}

# Finds a Java from version 17 to $1, and leads Maven and Spark to it.
find_java() {
  local newest=$1 range="17 to $1" candidate major unfit=
  [ "$newest" -lt 99 ] || range='17 or newer'
  [ -z "${JAVA_HOME:-}" ] || [ -x "$JAVA_HOME/bin/java" ] ||
    fail "JAVA_HOME is $JAVA_HOME, and there is no bin/java in it. $java_advice"
  while IFS= read -r candidate; do
    [ -x "$candidate" ] || continue
    read_version "$candidate"
    major=${java_version%%[.+-]*}
    if [[ $major =~ ^[0-9]+$ ]] && [ "$major" -ge 17 ] && [ "$major" -le "$newest" ]; then
      java=$candidate
      break
    fi
    unfit=${unfit:-$candidate is Java ${java_version:-of an unknown version}}
  done < <(possible_javas 2>/dev/null)
  [ -n "$java" ] || fail "Foco needs Java $range for this, and ${unfit:-no java was found}. $java_advice"
  [ -z "${JAVA_HOME:-}" ] || [ -z "$unfit" ] || say "$unfit; this needs Java $range and runs on $java"
  case $java in
    "${JAVA_HOME:-}/bin/java") ;;
    "$(command -v java)") unset JAVA_HOME ;;
    *) export JAVA_HOME=${java%/bin/java} ;;
  esac
}

# Adds the words of $1 to Java's options; quotes and backslashes in it mean what they mean to a shell.
add_java_options() {
  local words word
  [[ $1 == *[![:space:]]* ]] || return 0
  words=$(printf '%s' "$1" | xargs printf '%s\n' 2>/dev/null) || fail "a quote in these Java options has no end: $1" 2
  while IFS= read -r word; do java_options+=("$word"); done <<<"$words"
}

# --- The class archive ----------------------------------------------------------------------------------------------

# A class archive holds classes as the JVM keeps them in memory. The JVM maps it, where otherwise it reads classes from
# jars and checks them. It fits one JDK, one class path and one build. A JVM whose options do not fit starts without it,
# and says nothing.

# Sets class_archive to the archive's path for a heap of size $1, or fails where none can fit. The JDK's release file
# tells one JDK from another.
name_class_archive() {
  local shift=0
  [ "$class_path" = "$jar:$own_spark/jars/*" ] && [ -f "$java_release" ] || return 1
  [ "$(uri "$jar")" = "file://$jar" ] || return 1 # Java archives no class whose path has a blank or the like
  class_archive=$home/jobs/target/classes-$java_version-$(cksum <"$java_release" | tr ' ' -)
  if [[ $1 =~ ^([0-9]+)([kKmMgGtT]?) ]]; then
    case ${BASH_REMATCH[2]} in [kK]) shift=10 ;; [mM]) shift=20 ;; [gG]) shift=30 ;; [tT]) shift=40 ;; esac
    # From 32 GiB on, references are twice as long, and classes are laid out in another way.
    [ $((BASH_REMATCH[1] << shift)) -lt $((32 << 30)) ] || class_archive+=-wide
  fi
  class_archive+=.jsa
}

# Has Java use the archive for a heap of size $1, if there is one of this build: of an older one the JVM would say that the
# jar has changed, in front of what a command prints.
use_class_archive() {
  name_class_archive "$1" && [ -s "$class_archive" ] && [ "$class_archive" -nt "$jar" ] || return 0
  java_options=("-XX:SharedArchiveFile=$class_archive" ${java_options[@]+"${java_options[@]}"}) # first: the user's stands
}

# Makes the archive for a heap of size $1, unless there is one for this build: a rehearsal loads what commands need.
make_class_archive() {
  local log=$home/jobs/target/archive.log
  name_class_archive "$1" && [ -w "$home/jobs/target" ] && [ ! "$class_archive" -nt "$jar" ] || return 0
  lock_build
  if [ ! "$class_archive" -nt "$jar" ]; then # once more: another foco may have made it while this one waited
    say "preparing quick starts on Java $java_version, once after each build"
    find "$home/jobs/target" -name 'classes-*.jsa' ! -newer "$jar" -exec rm -f {} +
    unfinished=$class_archive.new
    {
      SPARK_CONF_DIR=$home/conf SPARK_LOCAL_IP=127.0.0.1 "$java" -XX:ArchiveClassesAtExit="$unfinished" \
        -XX:ErrorFile="$log.crash" -XX:TieredStopAtLevel=1 -Xmx"$1" @"$own_java_options" -cp "$class_path" \
        org.apache.spark.deploy.SparkSubmit --master 'local[2]' --class foco.jobs.Rehearsal spark-internal || true
    } >"$log" 2>&1
    if [ ! -f "$unfinished" ]; then
      say "that failed, and commands start as slowly as before; what was said is in $log"
      : >"$unfinished" # empty: not to be tried again with every command
    fi
    mv -f "$unfinished" "$class_archive"
    unfinished=
  fi
  unlock_build
}
