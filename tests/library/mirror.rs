//! Without a folder, the parents come over the client.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use super::image::Image;
use super::scratch::{pybump, ran};

/// Serves the image's official-images folder, and returns its address and what was asked for.
fn serve(image: &Image) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let folder = image.official_images.path().to_owned();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let Some(request) = lines.next() else { continue };
            lines.find(String::is_empty);
            let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
            let (status, body) = match std::fs::read(folder.join(&path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            log.lock().unwrap().push(path);
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len())
                .into_bytes();
            // A client that is gone is for the test to judge.
            let _ = stream.write_all(&[head, body].concat());
        }
    });
    (address, asked)
}

#[test]
fn parents_are_asked_for_once_each_and_give_the_same_file() {
    let image = Image::new();
    let (address, asked) = serve(&image);
    let mirror = format!("https://raw.githubusercontent.com/docker-library/official-images/HEAD/={address}");
    let run = || ran(pybump(image.scratch.path()).args(["library", "--mirror", &mirror]));

    assert_eq!(run(), (image.raw(&["library"]), String::new(), 0));
    let mut paths = asked.lock().unwrap().clone();
    paths.sort();
    assert_eq!(paths, ["library/alpine", "library/debian"]);

    std::fs::remove_file(image.official_images.path().join("library/alpine")).unwrap();
    let (out, err, status) = run();
    assert_eq!((out.as_str(), status), ("", 1));
    insta::assert_snapshot!(err, @"error: 3.15-rc/alpine3.23/Dockerfile is FROM alpine, whose architectures are needed: official-images has no image alpine: https://raw.githubusercontent.com/docker-library/official-images/HEAD/library/alpine is not there; build FROM an official image");
}
