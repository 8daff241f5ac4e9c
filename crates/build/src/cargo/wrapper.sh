#!/bin/sh
# Written by jitney, for its own cargo alone: stands between cargo and the compiler.
# A crate of the host's is put in place instead of being compiled, the call that is wanted is written down and fails, and
# every other is passed on.

refuse() { # why package wanted have where
    printf '%s|%s|%s|%s|%s\n' "$@" >>"$JITNEY_UNIT/refused"
    exit 1
}

# Takes what matters of the compiler's arguments.
read_arguments() {
    target= out= extra= features= library= previous=
    for word do
        case $previous in
        --target) target=$word ;;
        --out-dir) out=$word ;;
        --crate-type) case $word in lib | rlib) library=1 ;; esac ;;
        --cfg) case $word in feature=*)
            feature=${word#feature=?}
            features="$features ${feature%?}"
            ;;
        esac ;;
        -C) case $word in extra-filename=*) extra=${word#extra-filename=} ;; esac ;;
        esac
        previous=$word
    done
}

# The versions that are compatible with the package's own.
own_range() {
    case $CARGO_PKG_VERSION in
    0.0.*) range=0.0.$CARGO_PKG_VERSION_PATCH ;;
    0.*) range=0.$CARGO_PKG_VERSION_MINOR ;;
    *) range=$CARGO_PKG_VERSION_MAJOR ;;
    esac
}

# Puts the host's crate in place, if it has this one.
put_hosts_own() {
    own_range
    while IFS='|' read -r package compatible version folder crate has rlib metadata source; do
        [ "$crate" = "$CARGO_CRATE_NAME" ] || continue
        if [ "$has" = '!' ]; then
            [ "$folder" = "$CARGO_MANIFEST_DIR" ] || continue
            refuse stale "$CARGO_PKG_NAME" '' "$rlib" ''
        fi
        [ "$package" = "$CARGO_PKG_NAME" ] && [ "$compatible" = "$range" ] || continue
        [ "$version" = "$CARGO_PKG_VERSION" ] ||
            refuse version "$package" "$CARGO_PKG_VERSION" "$version" "$CARGO_MANIFEST_DIR"
        [ "$folder" = "$CARGO_MANIFEST_DIR" ] ||
            refuse source "$package" "$CARGO_MANIFEST_DIR" "$folder" ''
        for feature in $features; do
            case $has in
            *",$feature,"*) ;;
            *) refuse features "$package" "$feature" "$has" "$version" ;;
            esac
        done
        name=$out/lib$crate$extra
        ln -sf "$rlib" "$name.rlib" && ln -sf "$metadata" "$name.rmeta" &&
            printf '%s: %s\n' "$crate" "$source" >"$out/$crate$extra.d" || exit 1
        exit 0
    done <"$JITNEY_HOST"
}

if [ "${CARGO_MANIFEST_DIR-}" = "$JITNEY_UNIT_PACKAGE" ] &&
    [ "${CARGO_CRATE_NAME-}" = "$JITNEY_UNIT_CRATE" ] &&
    [ "${CARGO_BIN_NAME-}" = "$JITNEY_UNIT_BIN" ]; then
    cat "/proc/$$/cmdline" >"$JITNEY_UNIT/arguments" &&
        cat "/proc/$$/environ" >"$JITNEY_UNIT/environment" &&
        pwd >"$JITNEY_UNIT/folder.part" &&
        mv "$JITNEY_UNIT/folder.part" "$JITNEY_UNIT/folder"
    exit 1
fi
if [ -n "${JITNEY_HOST-}" ] && [ -n "${CARGO_CRATE_NAME-}" ]; then
    read_arguments "$@"
    [ -z "$target" ] || [ -z "$library" ] || put_hosts_own
fi
exec ${JITNEY_WRAPPER:+"$JITNEY_WRAPPER"} "$@"
