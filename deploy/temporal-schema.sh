#!/bin/sh
# Sets up Temporal's schemas, or upgrades them to the version of the tool. Doing it again changes nothing.
# The tool takes SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD from the environment.
set -eu

prepare() {
  # The version is that of an empty schema; the tool skips it where there is one already.
  temporal-sql-tool --database "$1" setup-schema --version 0.0
  temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}

prepare temporal temporal
prepare temporal_visibility visibility
