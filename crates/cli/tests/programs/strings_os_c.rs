// OsString, CString, CStr, byte strings and Box<str>: the crossings between them and their errors.
use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::rc::Rc;
use std::sync::Arc;

fn main() {
    let c = CString::new("häuser").unwrap();
    println!("{c:?} {} {:?}", c.as_bytes_with_nul().len(), c.to_str());
    println!("{}", CString::new("a\0b").unwrap_err());
    println!(
        "{:?}",
        CStr::from_bytes_with_nul(b"no end").map_err(|e| e.to_string())
    );
    println!("{:?}", CStr::from_bytes_until_nul(b"cut\0here\0"));
    println!(
        "{:?} {:?}",
        c"literal\n\xff",
        c"literal\xff".to_string_lossy()
    );
    println!("{:?}", c"\xff".to_str().map_err(|e| e.to_string()));
    let raw = c.into_raw();
    // SAFETY: the pointer came from `into_raw` just above; the byte written is not the nul.
    let back = unsafe {
        *raw = b'H' as _;
        CString::from_raw(raw)
    };
    println!("{back:?}");
    println!("{:?}", back.into_string());

    let os = OsString::from_vec(b"bad\xffname".to_vec());
    println!("{os:?} {:?} {:?}", os.to_str(), os.to_string_lossy());
    println!("{:?} {}", os.clone().into_string(), os.len());
    println!("{:?}", OsStr::from_bytes(b"ok").to_str());
    println!("{}", os.display());

    let boxed: Box<str> = "boxed".into();
    let (rc, arc): (Rc<str>, Arc<[u8]>) = (Rc::from(boxed.clone()), Arc::from(boxed.as_bytes()));
    println!("{boxed} {rc} {arc:?} {}", boxed.clone().into_string() + "!");
    println!(
        "{:?} {:?}",
        b"bytes\x00\xff",
        b"bytes\x00\xff".escape_ascii().to_string()
    );
    println!(
        "{:?}",
        br"raw\n"
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    );
    println!(
        "{:?}",
        b" ab c "
            .trim_ascii()
            .split(|b| *b == b' ')
            .map(<[u8]>::len)
            .collect::<Vec<_>>()
    );
    let cows: [Cow<str>; 2] = [
        String::from_utf8_lossy(b"fine"),
        String::from_utf8_lossy(b"b\xffd"),
    ];
    println!(
        "{:?} {cows:?}",
        cows.each_ref().map(|c| matches!(c, Cow::Borrowed(_)))
    );
    println!("{}", r#"raw "quoted" \ "#);
}
