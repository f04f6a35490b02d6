fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&xweibo_get_provinces::OPERATION)
}
