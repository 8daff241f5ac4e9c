#!/bin/sh
# Written by jitney, for its own cargo alone: stands between cargo and the compiler.
# The call that is wanted is written down and fails; every other is passed on.
if [ "${CARGO_MANIFEST_DIR-}" = "$JITNEY_UNIT_PACKAGE" ] &&
    [ "${CARGO_CRATE_NAME-}" = "$JITNEY_UNIT_CRATE" ] &&
    [ "${CARGO_BIN_NAME-}" = "$JITNEY_UNIT_BIN" ]; then
    cat "/proc/$$/cmdline" >"$JITNEY_UNIT/arguments" &&
        cat "/proc/$$/environ" >"$JITNEY_UNIT/environment" &&
        pwd >"$JITNEY_UNIT/folder.part" &&
        mv "$JITNEY_UNIT/folder.part" "$JITNEY_UNIT/folder"
    exit 1
fi
exec ${JITNEY_WRAPPER:+"$JITNEY_WRAPPER"} "$@"
