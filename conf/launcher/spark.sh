# How ./foco hands a command to Spark. Read by ./foco.

# --- Memory ---------------------------------------------------------------------------------------------------------

# The bytes that a file of Linux's control groups allows, if it names a number lower than $2; else $2.
lower_limit() {
  local limit
  if read -r limit 2>/dev/null <"$1" && [[ $limit =~ ^[0-9]+$ ]] && [ "$limit" -lt "$2" ]; then
    echo "$limit"
  else
    echo "$2"
  fi
}

# Bytes of memory that this machine, or the container around us, can give.
machine_memory() {
  local bytes key value rest controllers path
  if [ ! -r /proc/meminfo ]; then
    sysctl -n hw.memsize
    return
  fi
  while read -r key value rest; do
    if [ "$key" = MemTotal: ]; then bytes=$((value * 1024)) && break; fi
  done </proc/meminfo
  # A container sees its own group at the root; elsewhere every group from ours up to the root may set a limit.
  while IFS=: read -r rest controllers path; do
    while :; do
      case $controllers in
        '') bytes=$(lower_limit "/sys/fs/cgroup$path/memory.max" "$bytes") ;;
        memory) bytes=$(lower_limit "/sys/fs/cgroup/memory$path/memory.limit_in_bytes" "$bytes") ;;
      esac
      [ -n "${path#/}" ] || break
      path=${path%/*}
    done
  done </proc/self/cgroup
  echo "$bytes"
}

# In local mode the driver does the work: it gets three fifths of the memory, unless someone said otherwise.
choose_driver_memory() {
  local mebibytes
  in_local_mode || return 0
  # No name look-ups and no open ports for what stays on one machine.
  export SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}
  if [ -z "$(setting spark.driver.memory)" ]; then
    mebibytes=$(($(machine_memory) * 3 / 5 / 1024 / 1024))
    [ "$mebibytes" -ge 1024 ] || mebibytes=1024
    take_spark_option --driver-memory "${mebibytes}m"
  fi
}

# --- Spark ----------------------------------------------------------------------------------------------------------

# A path as a URI: in a plain path Spark and log4j read "%" and "#" as signs of their own, and log4j a blank.
uri() {
  local LC_ALL=C encoded='' character byte i
  for ((i = 0; i < ${#1}; i++)); do
    character=${1:i:1}
    case $character in
      [a-zA-Z0-9/._~-]) encoded+=$character ;;
      *) for byte in $(printf '%s' "$character" | od -An -v -tx1); do encoded+=%$byte; done ;;
    esac
  done
  printf 'file://%s\n' "$encoded"
}

# Passes stderr on, but for Java's notice of the vector module, which comes first and which no option of Java's mutes.
without_incubator_notice() {
  local line
  trap '' INT # an interrupted job's last words must still come through
  while IFS= read -r line; do
    case $line in
      'WARNING: Using incubator modules: jdk.incubator.vector') break ;;
      'Picked up '* | *' VM warning: '*) printf '%s\n' "$line" ;;
      *) printf '%s\n' "$line" && break ;;
    esac
  done
  exec cat
}

# Becomes the command $@, so that signals and exit codes are the command's own.
become() {
  if [ -n "${FOCO_LOG_LEVEL:-}" ]; then exec "$@"; fi
  exec "$@" 2> >(without_incubator_notice >&2)
}

# The options that Spark needs for Java's modules, as its launcher library knows them, in a file for "java @FILE".
write_java_options() {
  local launcher=${own_spark_core/spark-core/spark-launcher}
  SPARK_HOME=$own_spark SPARK_CONF_DIR=/nowhere SPARK_SCALA_VERSION=2.13 "$java" -Xmx128m -cp "$launcher" \
    org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit --class Any any.jar | tr '\0' '\n' |
    sed -e '1,/^-Xmx/d' -e '/^org\.apache\.spark\.deploy\.SparkSubmit$/,$d' >"$own_java_options.$$"
  mv -f "$own_java_options.$$" "$own_java_options"
}

on_cluster() { [ "$(setting spark.submit.deployMode)" = cluster ]; }

# The class that submits. Of a driver on a standalone cluster Spark's own says nothing, and ends with 0 if that fails.
submitter() { if on_cluster; then echo foco.jobs.DriverSubmission; else echo org.apache.spark.deploy.SparkSubmit; fi; }

submit_to_spark_home() {
  on_cluster || become "$SPARK_HOME/bin/spark-submit" "$@"
  export SPARK_DIST_CLASSPATH=$jar${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}
  become "$SPARK_HOME/bin/spark-class" "$(submitter)" "$@"
}

# Java's parallel collector, unless the user chose one: Java takes only one. Its default, G1, spends seconds on arrays of
# half a megabyte and more, as blocks of tokens are.
choose_collector() {
  case " ${java_options[*]-} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} " in
    *' -XX:+Use'*GC' '*) ;;
    *) java_options+=(-XX:+UseParallelGC) ;;
  esac
}

# What bin/spark-submit does, on the jars that Maven gathered, but without its other JVM, which only composes a command
# line: see SparkSubmitCommandBuilder in Spark's launcher library. Folders are last in the class path, or no archive fits.
submit_to_own_spark() {
  local memory extra library_path=LD_LIBRARY_PATH
  export SPARK_HOME=$own_spark SPARK_SCALA_VERSION=2.13
  if [ -f "$SPARK_CONF_DIR/spark-env.sh" ]; then
    set -a +eu
    . "$SPARK_CONF_DIR/spark-env.sh"
    set +a -eu
  fi
  [ -s "$own_java_options" ] || write_java_options
  if [ -f "$SPARK_CONF_DIR/java-opts" ]; then add_java_options "$(cat "$SPARK_CONF_DIR/java-opts")"; fi
  add_java_options "${SPARK_SUBMIT_OPTS:-}"
  if ! on_cluster; then
    memory=$(setting spark.driver.memory)
    memory=${memory:-${SPARK_DRIVER_MEMORY:-${SPARK_MEM:-1g}}}
    memory=${memory%[bB]}
    java_options+=("-Xmx$memory")
    for extra in spark.driver.defaultJavaOptions spark.driver.extraJavaOptions; do
      add_java_options "$(setting $extra)"
    done
    choose_collector
    for extra in spark.driver.defaultExtraClassPath spark.driver.extraClassPath; do
      extra=$(setting $extra)
      class_path=${extra:+$extra:}$class_path
    done
    [ "$newest_java" = 99 ] || make_class_archive "$memory" # what runs on any Java starts no Spark
    use_class_archive "$memory"
    extra=$(setting spark.driver.extraLibraryPath)
    [ "$(uname)" != Darwin ] || library_path=DYLD_LIBRARY_PATH
    [ -z "$extra" ] || export "$library_path=${!library_path:+${!library_path}:}$extra"
  fi
  for extra in "$SPARK_CONF_DIR" "${HADOOP_CONF_DIR:-}" "${YARN_CONF_DIR:-}" "${SPARK_DIST_CLASSPATH:-}"; do
    class_path+=${extra:+:$extra}
  done
  become "$java" "${java_options[@]}" @"$own_java_options" -cp "$class_path" "$(submitter)" "$@"
}

check_spark_home() {
  local core
  [ -x "$SPARK_HOME/bin/spark-submit" ] || fail "SPARK_HOME is $SPARK_HOME, and there is no bin/spark-submit in it. Point it at a Spark 4, or unset it and Foco uses its own."
  for core in "$SPARK_HOME"/jars/spark-core_*.jar; do
    case ${core##*/} in
      'spark-core_*.jar' | spark-core_2.13-4.*) ;;
      *) fail "SPARK_HOME is $SPARK_HOME with ${core##*/}, and Foco needs Spark 4 (Scala 2.13). Point it at one, or unset it and Foco uses its own." ;;
    esac
  done
}
