//! What the Go compiler makes runs without Go: each function of a Go program gives what it gives in that program.

#![cfg(all(feature = "extract", target_os = "linux"))]

use std::{
    fs,
    process::{Command, Stdio},
};

use jitney_raw::{abi::go, extract::Extraction};

/// Functions that need nothing of Go's runtime and no constants in memory, and a program that prints what they give.
const PROGRAM: &str = r#"
package main

import "os"
import "strconv"

//go:noinline
//go:nosplit
func inc(n int64) int64 { return n + 1 }

//go:noinline
//go:nosplit
func integers(a int8, b uint8, c int16, d uint16, e int32, f uint32, g int64, h uint64, i bool, j int8, k uint16, l int64) int64 {
	s := int64(a) + int64(b)*2 + int64(c)*3 + int64(d)*4 + int64(e)*5 + int64(f)*6 + g*7 + int64(h)*8 + int64(j)*10 + int64(k)*11 + l*12
	if i {
		s += 9
	}
	return s
}

//go:noinline
//go:nosplit
func floats(a float64, b float32, c float64, d float32, e float64, f float32, g float64, h float32, i float64, j float32, k float64, l float32) float64 {
	return ((((a-float64(b))*c-float64(d))*e-float64(f))*g-float64(h))*i - float64(j)*k - float64(l)
}

//go:noinline
//go:nosplit
func several(a int64, b float64, c int8) (int8, float64, int64, bool, float32, uint16) {
	return c - 1, b / float64(c), a * a, a > 3, float32(b) * float32(b), uint16(a) - 77
}

//go:noinline
//go:nosplit
func sum(values []float64) (total float64) {
	for n := 0; n < len(values); n++ {
		total += values[n]
	}
	return
}

//go:noinline
//go:nosplit
func slices(a int64, s, t, u []int64, b int64, text string) (v []int64, w []int64, head string, x []int64, c int64) {
	t[0] = a
	u[1] = b
	return s[1:], t[:len(u)-1:2], text[1:3], u[:1], int64(len(text)) + b
}

type point struct{ x, y, z float64 }

//go:noinline
//go:nosplit
func (p *point) add() { p.z = p.x + p.y }

func main() {
	r := []interface{}{}
	r = append(r, inc(13))
	r = append(r, integers(-1, 255, -300, 65000, -70000, 4000000000, -1<<40, 1<<41, true, -128, 65535, 7))
	r = append(r, floats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5, 11, 0.25))
	a, b, c, d, e, f := several(12, 2.5, -128)
	r = append(r, int64(a), b, c, d, float64(e), int64(f))
	r = append(r, sum([]float64{1, 2.5, -7, 1e10}))
	v, w, head, x, n := slices(7, []int64{1, 2, 3}, []int64{4, 5, 6}, []int64{8, 9, 10}, 11, "hello")
	r = append(r, int64(len(v)), v[0], int64(len(w)), int64(cap(w)), w[0], head, int64(len(x)), int64(cap(x)), x[0:2][1], n)
	p := point{1000, 2456, 0}
	p.add()
	r = append(r, p.z)
	for _, value := range r {
		switch value := value.(type) {
		case int64:
			os.Stdout.WriteString(strconv.FormatInt(value, 10))
		case float64:
			os.Stdout.WriteString(strconv.FormatFloat(value, 'f', -1, 64))
		case bool:
			os.Stdout.WriteString(strconv.FormatBool(value))
		case string:
			os.Stdout.WriteString(value)
		}
		os.Stdout.WriteString("\n")
	}
}
"#;

/// The functions alone: without `main`, nothing is imported, and an object needs no other package.
fn functions() -> String {
    let (functions, _) = PROGRAM.split_once("func main()").unwrap();
    functions
        .replace("import \"os\"", "")
        .replace("import \"strconv\"", "")
}

#[test]
fn as_in_a_go_program() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program.go");
    let source = folder.path().join("functions.go");
    let object = folder.path().join("functions.o");
    fs::write(&program, PROGRAM).unwrap();
    fs::write(&source, functions()).unwrap();

    let mut go = Command::new("go");
    go.env("GOCACHE", folder.path().join("cache"))
        .env("GO111MODULE", "off")
        .stdin(Stdio::null());
    let Ok(ran) = go.arg("run").arg(&program).output() else {
        println!("skipped: there is no `go` here");
        return;
    };
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        other => other,
    };
    // Without checks of bounds: these call the runtime.
    let compiled = Command::new("go")
        .args(["tool", "compile", "-B", "-p", "main", "-o"])
        .args([&object, &source])
        .env("GOARCH", machine)
        .env("GO386", "sse2")
        .output()
        .unwrap();
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stdout)
    );
    let object = fs::read(object).unwrap();
    let bytes = |name: &str| {
        Extraction::new(&object)
            .function(&format!("main.{name}"))
            .unwrap()
    };

    let mut results = Vec::new();
    let mut note = |result: &dyn std::fmt::Display| results.push(result.to_string());
    // SAFETY: the functions have these signatures, and the values that they are given are of these types.
    unsafe {
        let inc = go::Function::<(i64,), i64>::new(&bytes("inc")).unwrap();
        note(&inc.call((13,)));

        type Integers = (i8, u8, i16, u16, i32, u32, i64, u64, bool, i8, u16, i64);
        let integers = go::Function::<Integers, i64>::new(&bytes("integers")).unwrap();
        let arguments = (
            -1,
            255,
            -300,
            65000,
            -70000,
            4_000_000_000,
            -1 << 40,
            1 << 41,
            true,
            -128,
            65535,
            7,
        );
        note(&integers.call(arguments));

        type Floats = (f64, f32, f64, f32, f64, f32, f64, f32, f64, f32, f64, f32);
        let floats = go::Function::<Floats, f64>::new(&bytes("floats")).unwrap();
        note(&floats.call((
            1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.5, 11.0, 0.25,
        )));

        let several =
            go::Function::<(i64, f64, i8), (i8, f64, i64, bool, f32, u16)>::new(&bytes("several"))
                .unwrap();
        let (a, b, c, d, e, f) = several.call((12, 2.5, -128));
        note(&a);
        note(&b);
        note(&c);
        note(&d);
        note(&f64::from(e));
        note(&f);

        let sum = go::Function::<(go::Slice<f64>,), f64>::new(&bytes("sum")).unwrap();
        let mut values = [1.0, 2.5, -7.0, 1e10];
        note(&sum.call((go::Slice::from(&mut values[..]),)));

        type Words = go::Slice<i64>;
        type Given = (i64, Words, Words, Words, i64, go::Str);
        type Back = (Words, Words, go::Str, Words, i64);
        let slices = go::Function::<Given, Back>::new(&bytes("slices")).unwrap();
        let (mut s, mut t, mut u) = ([1i64, 2, 3], [4i64, 5, 6], [8i64, 9, 10]);
        let given = (
            7,
            (&mut s[..]).into(),
            (&mut t[..]).into(),
            (&mut u[..]).into(),
            11,
            go::Str::from("hello"),
        );
        let (v, w, head, x, n) = slices.call(given);
        note(&v.len);
        note(&*v.data);
        note(&w.len);
        note(&w.capacity);
        note(&*w.data);
        note(&std::str::from_utf8(std::slice::from_raw_parts(head.data, head.len)).unwrap());
        note(&x.len);
        note(&x.capacity);
        note(&*x.data.add(1));
        note(&n);

        #[repr(C)]
        struct Point(f64, f64, f64);
        let add = go::Function::<(*mut Point,), ()>::new(&bytes("(*point).add")).unwrap();
        let mut point = Point(1000.0, 2456.0, 0.0);
        add.call((&raw mut point,));
        note(&point.2);
    }
    let expected = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(results, expected.lines().collect::<Vec<_>>());
}
