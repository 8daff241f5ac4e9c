// Matrices of floats: product by blocks, LU with pivots, determinant, inverse, a linear system, a fast Fourier transform.
type Matrix = Vec<Vec<f64>>;

fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    let (n, m, p) = (a.len(), b.len(), b[0].len());
    let mut c = vec![vec![0.0; p]; n];
    for kk in (0..m).step_by(8) {
        for i in 0..n {
            for k in kk..m.min(kk + 8) {
                for j in 0..p {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
    }
    c
}

fn decompose(a: &Matrix) -> Option<(Matrix, Vec<usize>, f64)> {
    let n = a.len();
    let (mut lu, mut order, mut sign) = (a.clone(), (0..n).collect::<Vec<_>>(), 1.0);
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| lu[i][k].abs().total_cmp(&lu[j][k].abs()))?;
        if lu[pivot][k].abs() < 1e-12 {
            return None;
        }
        if pivot != k {
            lu.swap(pivot, k);
            order.swap(pivot, k);
            sign = -sign;
        }
        for i in k + 1..n {
            let factor = lu[i][k] / lu[k][k];
            lu[i][k] = factor;
            for j in k + 1..n {
                lu[i][j] -= factor * lu[k][j];
            }
        }
    }
    Some((lu, order, sign))
}

fn solve((lu, order, _): &(Matrix, Vec<usize>, f64), b: &[f64]) -> Vec<f64> {
    let n = lu.len();
    let mut x: Vec<f64> = order.iter().map(|&i| b[i]).collect();
    for i in 0..n {
        x[i] -= (0..i).map(|j| lu[i][j] * x[j]).sum::<f64>();
    }
    for i in (0..n).rev() {
        x[i] = (x[i] - (i + 1..n).map(|j| lu[i][j] * x[j]).sum::<f64>()) / lu[i][i];
    }
    x
}

fn fft(data: &mut [(f64, f64)], inverse: bool) {
    let n = data.len();
    if n == 1 {
        return;
    }
    let mut even: Vec<_> = data.iter().copied().step_by(2).collect();
    let mut odd: Vec<_> = data.iter().copied().skip(1).step_by(2).collect();
    fft(&mut even, inverse);
    fft(&mut odd, inverse);
    for k in 0..n / 2 {
        let angle = std::f64::consts::TAU * k as f64 / n as f64 * if inverse { 1.0 } else { -1.0 };
        let (sin, cos) = angle.sin_cos();
        let (re, im) = odd[k];
        let t = (cos * re - sin * im, cos * im + sin * re);
        data[k] = (even[k].0 + t.0, even[k].1 + t.1);
        data[k + n / 2] = (even[k].0 - t.0, even[k].1 - t.1);
    }
}

fn main() {
    let a: Matrix = (0..40)
        .map(|i| {
            (0..40)
                .map(|j| ((i * 7 + j * 13) % 11) as f64 - 5.0 + f64::from(u8::from(i == j)) * 9.0)
                .collect()
        })
        .collect();
    let square = multiply(&a, &a);
    println!(
        "{} {}",
        square.iter().flatten().sum::<f64>(),
        (0..40).map(|i| square[i][i]).sum::<f64>()
    );
    let lu = decompose(&a).unwrap();
    let determinant = (0..40).map(|i| lu.0[i][i]).product::<f64>() * lu.2;
    println!("{determinant:.6e}");
    let b: Vec<f64> = (0..40).map(f64::from).collect();
    let x = solve(&lu, &b);
    let residual = a
        .iter()
        .zip(&b)
        .map(|(row, b)| (row.iter().zip(&x).map(|(a, x)| a * x).sum::<f64>() - b).abs())
        .fold(0.0, f64::max);
    println!("{:.12} {:.12} {}", x[0], x[39], residual < 1e-9);
    println!(
        "{}",
        decompose(&vec![vec![1.0, 2.0], vec![2.0, 4.0]]).is_none()
    );
    let h: Matrix = (1..=6)
        .map(|i| (0..6).map(|j| 1.0 / f64::from(i + j)).collect())
        .collect();
    let lu = decompose(&h).unwrap();
    println!(
        "{:?}",
        solve(&lu, &[1.0; 6])
            .iter()
            .map(|x| x.round())
            .collect::<Vec<_>>()
    );

    let mut signal: Vec<(f64, f64)> = (0..64)
        .map(|t| ((t as f64 * 0.3).sin() + 0.5 * (t as f64 * 1.7).cos(), 0.0))
        .collect();
    let original = signal.clone();
    fft(&mut signal, false);
    let power: Vec<f64> = signal
        .iter()
        .map(|(re, im)| (re * re + im * im).sqrt())
        .collect();
    println!(
        "{:?}",
        power[..6]
            .iter()
            .map(|p| format!("{p:.6}"))
            .collect::<Vec<_>>()
    );
    fft(&mut signal, true);
    println!(
        "{}",
        signal
            .iter()
            .zip(&original)
            .all(|(a, b)| (a.0 / 64.0 - b.0).abs() < 1e-12)
    );
}
