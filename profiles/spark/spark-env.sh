# The JVM's remarks at start ("Using incubator modules") come before any logger.
mkdir -p "${TAXI_LOGS:-logs}" && exec 2>>"${TAXI_LOGS:-logs}/spark.log"
