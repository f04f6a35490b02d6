fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&qzone_add_share::OPERATION)
}
