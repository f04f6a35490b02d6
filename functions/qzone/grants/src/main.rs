fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&qzone_grants::PAGE)
}
